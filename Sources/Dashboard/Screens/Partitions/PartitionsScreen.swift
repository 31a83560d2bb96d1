import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Screen 4: every partition of the cluster, as a table or as a map.
enum PartitionsScreen {
    static func columns(_ model: Model) -> [TableColumn] {
        let narrow = model.size.width < 100
        let tiny = model.size.width < 60
        return [
            .name("topic", title: "TOPIC", min: tiny ? 12 : 20),
            .number("p", title: "P", width: narrow ? 3 : 4),
            .number("leader", title: "LEADER", width: 6, dropOrder: 7),
            .number("epoch", title: "EPOCH", width: 5, dropOrder: 1),
            .words(
                "replicas", title: "REPLICAS", width: ReplicaText.width(model, atLeast: narrow ? 8 : 11), dropOrder: 9),
            .words("isr", title: "ISR", width: 7, dropOrder: 2),
            .number("latest", title: "LATEST", width: narrow ? 9 : 10, dropOrder: 6),
            .number("size", title: "SIZE", width: 8, dropOrder: 3),
            .number("in", title: "IN/s", width: 6, dropOrder: 4),
            .words("problem", title: "PROBLEM", width: tiny ? 15 : narrow ? 22 : 23, dropOrder: 10),
            .number("for", title: "FOR", width: 3, dropOrder: 5),
        ]
    }

    /// Partitions to be listed: internal ones last, and always when they have a problem.
    static func rows(_ model: Model) -> PartitionRows {
        model.rows {
            PartitionRows(
                model.snapshot.topics, keepsAll: { !$0.isInternal || model.showsInternal },
                keeps: { $0.problem.map { $0.rank < 4 } ?? false || model.recent.isHealed($0.id) })
        }
    }

    static func list(_ model: Model) -> ListPage {
        let rows = rows(model)
        let spec = ListSpec<PartitionRow>(
            title: "Partitions", columns: columns(model),
            defaultSort: TableSort(
                column: model.list.problemsOnly ? "problem" : "topic", descending: model.list.problemsOnly),
            id: { $0.key }, text: { $0.key }, value: { $0.value($1, model) }, words: { $0.words($1) },
            isProblem: { $0.isProblem(model) },
            cells: { row in
                var cells = row.cells(model)
                cells["for"] = age(row, model)
                return cells
            }, surface: { $0.surface(model) }, cellSurfaces: { model.recent.surfaces(.partition($0.id)) },
            comesInOrder: !model.list.problemsOnly, find: rows.row, keepsOrder: model.keepsOrder)
        var page = spec.page(rows, model.list)
        page.empty = ["This cluster has no partitions."]
        page.nothingWrong = "No partition has a problem."
        page.footer = Stale.lines(model)
        return page
    }

    /// For how long it misses a leader or a replica; `?` when it did before Klamm looked.
    private static func age(_ row: PartitionRow, _ model: Model) -> StyledText {
        guard row.partition.isOffline || row.partition.isUnderReplicated else { return "" }
        guard let since = model.events.hurtSince(row.id) else { return Figure.unknown }
        return StyledText(
            Format.age(Double(model.shownNow - since) / 1_000), row.partition.isOffline ? .healthBad : .muted)
    }

    static func map(_ model: Model) -> ListPage {
        MapGrid.page(rows(model), title: "Partitions", named: true, model)
    }
}
