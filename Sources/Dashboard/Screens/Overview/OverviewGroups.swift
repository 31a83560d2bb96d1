import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The Groups pane of Overview, worst first.
enum OverviewGroups {
    static let columns: [TableColumn] = [
        .name("group", title: "GROUP"),
        .number("lag", title: "LAG", width: 7),
        .trend(dropOrder: 1),
        .number("seconds", title: "SECONDS", width: 7, dropOrder: 2),
        .words("status", title: "STATUS", width: 7),
    ]

    static func list(_ model: Model) -> ListPage {
        let groups = worstFirst(model)
        let snapshot = model.snapshot
        let narrow = model.size.width < 100
        var page = ListPage(
            title: "Groups",
            columns: narrow
                ? [
                    .name("group", title: "", min: 10), .number("lag", title: "", width: 7),
                    .words("status", title: "", width: 6),
                ]
                : columns,
            // A name is looked up where it is shown: there may be very many.
            ids: RowIDs(
                count: groups.count, id: { snapshot.groups[groups[$0]].name },
                find: { snapshot.place(ofGroup: $0).flatMap(groups.firstIndex) }), total: groups.count,
            sort: TableSort(column: "status"),
            row: { index in
                let group = snapshot.groups[groups[index]]
                return TableRow(
                    GroupsScreen.cells(group, model), surface: model.recent.surface(.group(group.name)),
                    cellSurfaces: model.recent.surfaces(.group(group.name)),
                    trend: model.figures.groups[group.name]?.course.trend(at: snapshot.at) ?? [])
            })
        page.titleLeft = narrow ? "Groups" : "Groups, worst first"
        let row = OverviewScreen.focus(model) == .groups ? page.cursor(model.list) + 1 : 1
        page.titleRight = StyledText(groups.isEmpty ? "" : "\(row)/\(groups.count)", .muted)
        page.empty = [
            model.report == nil
                ? StyledText("reading", .muted)
                : model.list.problemsOnly
                    ? StyledText("No group has a problem.", .healthOk) : StyledText("No consumer groups.", .muted)
        ]
        return page
    }

    /// Where the groups stand in the snapshot, worst first.
    private static func worstFirst(_ model: Model) -> [Int] {
        guard let ranking = model.report?.ranking else { return [] }
        return model.list.problemsOnly ? Array(ranking.notOK) : ranking.worstFirst
    }
}
