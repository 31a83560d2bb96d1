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
        let groups = model.snapshot.groups.filter { !$0.isConsole }.sorted { a, b in
            let x = model.figures.groups[a.name] ?? GroupFigures()
            let y = model.figures.groups[b.name] ?? GroupFigures()
            return (y.status, y.lag ?? -1, a.name) < (x.status, x.lag ?? -1, b.name)
        }.filter { !model.list.problemsOnly || (model.figures.groups[$0.name]?.status ?? .ok) != .ok }
        let narrow = model.size.width < 100
        var page = ListPage(
            title: "Groups",
            columns: narrow
                ? [
                    .name("group", title: "", min: 10), .number("lag", title: "", width: 7),
                    .words("status", title: "", width: 6),
                ]
                : columns, ids: groups.map(\.name), total: groups.count, sort: TableSort(column: "status"),
            row: { index in
                TableRow(
                    GroupsScreen.cells(groups[index], model), surface: model.recent.surface(.group(groups[index].name)),
                    cellSurfaces: model.recent.surfaces(.group(groups[index].name)),
                    trend: model.figures.groups[groups[index].name]?.history ?? [])
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
}
