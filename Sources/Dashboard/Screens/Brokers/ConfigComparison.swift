import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The configurations in which brokers differ, a column for each broker.
enum ConfigComparison {
    /// Brokers compared at once: what fits beside each other on a wide terminal.
    private static let most = 12
    /// What every broker has of its own, and what is therefore no drift.
    private static let own: Set<String> = [
        "node.id", "broker.id", "broker.rack", "listeners", "advertised.listeners", "log.dir", "log.dirs",
        "metadata.log.dir", "process.roles",
    ]

    /// Whether there is anybody to compare a broker with.
    static func isPossible(_ model: Model) -> Bool {
        guard case .broker(_, .configs) = model.place, !model.showsLoggers else { return false }
        return model.snapshot.brokers.count > 1
    }

    /// The broker shown and the others that answer.
    private static func compared(_ id: BrokerID, _ model: Model) -> [BrokerID] {
        let others = model.snapshot.liveBrokers.map(\.id).filter { $0 != id }
        return [id] + others.prefix(most - 1)
    }

    /// Shows the comparison, for which the others are asked too, or all configurations again.
    static func toggle(_ model: inout Model) -> [Command] {
        guard case .broker(let id, .configs) = model.place else { return [] }
        model.comparesBrokers.toggle()
        model.list.table.columnScroll = 0
        return model.comparesBrokers ? [.fetchConfigs(compared(id, model).map { .broker($0) })] : []
    }

    private struct Row {
        var name: String
        /// By broker; nil is not set or hidden.
        var values: [BrokerID: String?]
        var isOwn: Bool
    }

    static func page(_ id: BrokerID, _ model: Model) -> ListPage {
        let ids = compared(id, model)
        let told = ids.filter { model.configs[.broker($0)] != nil }
        let found = rows(told, model)
        let columns: [TableColumn] =
            [.name("name", title: "CONFIG", min: 28, gap: 1)]
            + ids.map { .words("\($0)", title: "BROKER \($0)", width: 22) }
        let spec = ListSpec<Row>(
            title: "Configs", columns: columns, defaultSort: TableSort(column: "none"), id: { $0.name },
            text: { row in "\(row.name) " + row.values.values.compactMap { $0 }.joined(separator: " ") },
            value: { row, column in
                column == "name" ? .text(row.name) : .text(BrokerID(column).flatMap { row.values[$0] ?? nil } ?? "")
            },
            isProblem: { !$0.isOwn }, cells: { cells($0, told, model) })
        var page = spec.page(found, model.list)
        page.scrollsColumns = true
        page.titleRight = StyledText(
            "\(found.count { !$0.isOwn }) differ, \(found.count { $0.isOwn }) are each broker's own", .muted)
        page.empty = [
            StyledText(told.count < 2 ? "reading" : "These brokers have the same configurations.", .muted)
        ]
        page.nothingWrong = "They differ only in what is each broker's own."
        if ConfigList.hasRoomToExplain(model), let name = page.cursorID(model.list),
            let entry = model.configs[.broker(id)]?.value.first(where: { $0.name == name })
        {
            page.bottom = ConfigList.explanation(entry, .broker(id), model)
        }
        return page
    }

    /// Those that are not the same everywhere, what is each broker's own last.
    private static func rows(_ brokers: [BrokerID], _ model: Model) -> [Row] {
        var values: [String: [BrokerID: String?]] = [:]
        for broker in brokers {
            for entry in model.configs[.broker(broker)]?.value ?? [] where !entry.isSensitive {
                values[entry.name, default: [:]].updateValue(entry.value, forKey: broker)
            }
        }
        let differing = values.filter { _, by in by.count < brokers.count || Set(by.values).count > 1 }
        let rows = differing.map { Row(name: $0.key, values: $0.value, isOwn: own.contains($0.key)) }
        return rows.sorted { ($0.isOwn ? 1 : 0, $0.name) < ($1.isOwn ? 1 : 0, $1.name) }
    }

    private static func cells(_ row: Row, _ told: [BrokerID], _ model: Model) -> [String: StyledText] {
        var cells = ["name": StyledText(row.name, row.isOwn ? .configDefault : .configOverride)]
        for id in told {
            guard let value = row.values[id] else {
                cells["\(id)"] = Figure.none
                continue
            }
            let text = value.map { model.rawConfigs ? $0 : ConfigText.human(row.name, $0) } ?? "none"
            cells["\(id)"] = StyledText(text, row.isOwn ? .configDefault : .text)
        }
        return cells
    }
}
