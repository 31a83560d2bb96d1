import ClusterInsight
import KafkaProtocol
import TerminalUI

/// One topic: partitions, messages, groups, configurations, map.
enum TopicScreen {
    static func columns(_ model: Model) -> [TableColumn] {
        let replicas = ReplicaText.width(model, atLeast: 8)
        return [
            .number("p", title: "P", width: 3, gap: 0),
            .number("leader", title: "LEADER", width: 6, dropOrder: 10),
            .number("epoch", title: "EPOCH", width: 5, dropOrder: 3),
            .words("replicas", title: "REPLICAS", width: replicas),
            .words("isr", title: "ISR", width: max(5, (replicas + 1) * 2 / 3 - 1), dropOrder: 4),
            .number("earliest", title: "EARLIEST", width: 9, dropOrder: 2),
            .number("latest", title: "LATEST", width: 10, dropOrder: 9),
            .number("messages", title: "MESSAGES", width: 8, dropOrder: 6),
            .number("size", title: "SIZE", width: 8, dropOrder: 5),
            .number("in", title: "IN/s", width: 4, dropOrder: 7),
            .trend(width: 7, dropOrder: 1),
            .number("behind", title: "BEHIND", width: 6, dropOrder: 8),
            TableColumn("problem", title: "PROBLEM", width: .rest(min: model.size.width < 60 ? 20 : 22)),
        ]
    }

    static func tabs(_ name: String, _ tab: TopicTab, _ model: Model) -> Tabs {
        let partitions = model.snapshot.topic(name)?.partitions.count ?? 0
        let groups = model.figures.topics[name]?.groups.count ?? 0
        return Tabs(
            ["Partitions \(partitions)", "Messages", "Groups \(groups)", "Config", "Map"], active: tab.rawValue)
    }

    static func list(_ name: String, _ tab: TopicTab, _ model: Model) -> ListPage {
        var page = body(name, tab, model)
        if tab != .messages { page.header = ["", ""] + page.header }
        page.isDetail = true
        page.titleLeft = title(name, model)
        if let topic = model.snapshot.topic(name) {
            if topic.partitions.isEmpty { page.empty = [StyledText("\(name) has no partitions.")] }
        } else {
            page.empty = [StyledText("There is no topic \(name) any more. Esc goes back.")]
        }
        return page
    }

    private static func body(_ name: String, _ tab: TopicTab, _ model: Model) -> ListPage {
        let rows = PartitionRows(
            model.snapshot.topic(name).map { [$0] } ?? [], keepsAll: { _ in true }, keeps: { _ in true })
        switch tab {
        case .partitions:
            let spec = ListSpec<PartitionRow>(
                title: "Partitions", columns: columns(model), defaultSort: TableSort(column: "p"), id: { $0.key },
                text: { $0.key }, value: { $0.value($1, model) }, words: { $0.words($1) },
                isProblem: { $0.isProblem(model) },
                cells: { $0.cells(model) }, surface: { $0.surface(model) },
                cellSurfaces: { model.recent.surfaces(.partition($0.id)) }, trend: { $0.rate(model).trend })
            var page = spec.page(rows, model.list)
            page.nothingWrong = "No partition of \(name) has a problem."
            let isOpen = model.snapshot.topic(name)?.partitions.contains { $0.offsets?.value.stable != nil } ?? false
            let open = "t: transactions are open, LATEST is what read_committed reads up to. T lists them."
            page.footer = (isOpen ? [StyledText(open, .muted)] : []) + Stale.lines(model)
            return page
        case .messages:
            var page = MessagesScreen.list(model)
            page.header = ["", ""] + page.header
            return page
        case .groups: return TopicGroups.list(name, model)
        case .config: return ConfigList.page(.topic(name), model)
        case .map: return MapGrid.page(rows, title: "Partitions", named: false, model)
        }
    }

    /// `post-events   6 partitions   RF 3   min ISR 2   delete   3,902,114 msgs   612 MiB   1.4k/s`.
    static func title(_ name: String, _ model: Model) -> StyledText {
        guard let topic = model.snapshot.topic(name) else { return StyledText(name) }
        let row = TopicsScreen.Row(topic, model)
        let cells = row.cells(model)
        let parts = [
            name, PartitionNames.count(topic.partitions.count), "RF \(cells["rf"]?.plain ?? "?")",
            "min ISR \(topic.minISRText ?? "?")", topic.cleanupPolicy ?? "?",
            "\(cells["messages"]?.plain ?? "?") msgs", cells["size"]?.plain ?? "?", "\(cells["in"]?.plain ?? "?")/s",
        ]
        return StyledText(parts.joined(separator: "   "))
    }
}
