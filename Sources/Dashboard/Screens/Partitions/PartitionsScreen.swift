import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Screen 4: every partition of the cluster, as a table or as a map.
enum PartitionsScreen {
    static let columns: [TableColumn] = [
        .name("topic", title: "TOPIC"),
        .number("p", title: "P", width: 4),
        .number("leader", title: "LEADER", width: 6),
        .number("epoch", title: "EPOCH", width: 5, dropOrder: 1),
        .words("replicas", title: "REPLICAS", width: 14),
        .words("isr", title: "ISR", width: 8, dropOrder: 2),
        .number("latest", title: "LATEST", width: 11),
        .number("size", title: "SIZE", width: 8, dropOrder: 3),
        .number("in", title: "IN/s", width: 6, dropOrder: 4),
        .words("problem", title: "PROBLEM", width: 23),
        .number("for", title: "FOR", width: 4, dropOrder: 5),
    ]

    /// Partitions to be listed: internal ones last, and always when they have a problem.
    static func rows(_ model: Model) -> [PartitionRow] {
        let topics = model.snapshot.topics
        let ordered = topics.filter { !$0.isInternal } + topics.filter(\.isInternal)
        return ordered.flatMap { topic in
            topic.partitions.map { PartitionRow(topic, $0, model) }.filter { row in
                !topic.isInternal || model.showsInternal || row.problem.map { $0.rank < 4 } ?? false
            }
        }
    }

    static func list(_ model: Model) -> ListPage {
        let spec = ListSpec<PartitionRow>(
            title: "Partitions", columns: columns,
            defaultSort: TableSort(
                column: model.list.problemsOnly ? "problem" : "topic", descending: model.list.problemsOnly),
            id: { $0.key }, text: { $0.key }, value: { $0.value($1) }, isProblem: { $0.problem != nil },
            cells: { row in
                var cells = row.cells(model)
                cells["for"] = age(row.id, row.problem, model)
                return cells
            })
        var page = spec.page(rows(model), model.list)
        page.empty = ["This cluster has no partitions."]
        page.footer = Stale.lines(model)
        return page
    }

    private static func age(_ id: TopicPartition, _ problem: PartitionProblem?, _ model: Model) -> StyledText {
        guard problem != nil else { return "" }
        let since = model.events.offlineSince(id) ?? model.events.belowSince(id) ?? model.events.running?.from
        guard let since else { return "" }
        return StyledText(Format.age(Double(model.shownNow - since) / 1_000), .muted)
    }

    static func map(_ model: Model) -> ListPage {
        MapGrid.page(rows(model), title: "Partitions", named: true, model)
    }
}

/// Partitions × brokers: who leads, follows, lags, is gone.
enum MapGrid {
    static func page(_ rows: [PartitionRow], title: String, named: Bool, _ model: Model) -> ListPage {
        let brokers = model.snapshot.brokers
        var columns: [TableColumn] = []
        if named { columns.append(.name("topic", title: "TOPIC")) }
        columns.append(.number("p", title: named ? "P" : "PARTITION", width: named ? 4 : 9))
        for broker in brokers {
            let star = model.snapshot.controller == broker.id ? " \(model.glyphs.controller)" : ""
            let down = broker.state.isLive ? "" : " DOWN"
            columns.append(.words("b\(broker.id)", title: "\(broker.id)\(star)\(down)", width: 6, gap: named ? 1 : 3))
        }
        columns.append(.number("behind", title: "BEHIND", width: 9, dropOrder: 2))
        columns.append(.words("note", title: "NOTE", width: 40, dropOrder: 1))
        let spec = ListSpec<PartitionRow>(
            title: title, columns: columns, defaultSort: TableSort(column: "none"), id: { $0.key },
            text: { $0.key }, value: { $0.value($1) }, isProblem: { $0.problem != nil },
            cells: { cells($0, model) })
        var page = spec.page(rows, model.list)
        page.titleRight = StyledText("\(rows.count) × \(brokers.count) brokers")
        page.footer = totals(rows, model)
        return page
    }

    private static func cells(_ row: PartitionRow, _ model: Model) -> [String: StyledText] {
        var cells = row.cells(model)
        for broker in row.partition.replicas {
            let preferred = row.partition.targetReplicas.first == broker ? String(model.glyphs.preferred) : ""
            cells["b\(broker)"] = StyledText(
                "\(ReplicaText.sign(broker, row.partition, model))\(preferred)",
                ReplicaText.role(broker, row.partition, model))
        }
        cells["note"] = note(row, model)
        return cells
    }

    private static func note(_ row: PartitionRow, _ model: Model) -> StyledText {
        let lagging = row.partition.replicas.filter {
            ReplicaText.role($0, row.partition, model) == .replicaLagging
        }
        guard !row.partition.isOffline, let first = lagging.first else {
            return ReplicaText.problem(row.id, row.partition, minISR: row.topic.minISR, model)
        }
        return StyledText("\(first) is catching up", .healthDegraded)
    }

    private static func totals(_ rows: [PartitionRow], _ model: Model) -> [StyledText] {
        func line(_ title: String, _ count: (PartitionSnapshot, BrokerID) -> Bool) -> StyledText {
            var text = StyledText(title.padded(to: 11), .muted)
            for broker in model.snapshot.brokers {
                let total = rows.count { count($0.partition, broker.id) }
                text += StyledText("\(broker.id): \(total)".padded(to: 9), .number)
            }
            return text
        }
        return [
            line("leaders") { $0.leader == $1 }, line("replicas") { $0.replicas.contains($1) },
            line("in sync") { $0.isr.contains($1) }, "",
            StyledText(
                "L leader   ● in sync   ○ lagging   ✕ offline   + adding   − removing   ' preferred leader", .muted),
        ]
    }
}
