import ClusterInsight
import KafkaProtocol
import TerminalUI

/// One broker: hosted partitions, configurations, log dirs, log.
enum BrokerScreen {
    static func columns(_ model: Model) -> [TableColumn] {
        [
            .name("topic", title: "TOPIC"),
            .number("p", title: "P", width: 4),
            .words("role", title: "ROLE", width: 8, dropOrder: 7),
            .words("replicas", title: "REPLICAS", width: ReplicaText.width(model, atLeast: 10), dropOrder: 5),
            .number("messages", title: "MESSAGES", width: 11, dropOrder: 3),
            .number("size", title: "SIZE", width: 8, dropOrder: 4),
            .number("in", title: "IN/s", width: 6, dropOrder: 2),
            .number("behind", title: "BEHIND", width: 7, dropOrder: 1),
            .words("problem", title: "PROBLEM", width: 24, dropOrder: 6),
        ]
    }

    static func tabs(_ id: BrokerID, _ tab: BrokerTab, _ model: Model) -> Tabs {
        let hosted = model.figures.brokers[id]?.replicas ?? 0
        let configs = model.configs[.broker(id)].map { " \($0.value.count)" } ?? ""
        let dirs = model.snapshot.broker(id)?.logDirs.count ?? 0
        return Tabs(
            ["Partitions \(hosted)", "Configs\(configs)", "Dirs \(dirs)", "Log"], active: tab.rawValue)
    }

    static func list(_ id: BrokerID, _ tab: BrokerTab, _ model: Model) -> ListPage {
        var page: ListPage
        switch tab {
        case .partitions: page = partitions(id, model)
        case .configs:
            page =
                model.showsLoggers
                ? ConfigList.page(.loggers(id), model)
                : model.comparesBrokers ? ConfigComparison.page(id, model) : ConfigList.page(.broker(id), model)
        case .dirs: page = LogDirsScreen.list(id, model)
        case .log: page = LogScreen.list(id, model)
        }
        page.isDetail = true
        page.header = ["", ""] + page.header
        page.titleLeft = title(id, model)
        return page
    }

    private static func title(_ id: BrokerID, _ model: Model) -> StyledText {
        guard let broker = model.snapshot.broker(id) else { return StyledText("Broker \(id)") }
        let figures = model.figures.brokers[id] ?? BrokerFigures()
        let rack = broker.rack.map { "   rack \($0)" } ?? ""
        let up = BrokerWords.uptime(broker, model).plain
        let state = !broker.isTroubled && up != "—" ? "up \(up)" : BrokerWords.state(broker, model).plain
        return StyledText(
            "Broker \(id)   \(broker.address)\(rack)   \(state)   leaders \(figures.leaders)   "
                + "replicas \(figures.replicas)")
    }

    private static func partitions(_ id: BrokerID, _ model: Model) -> ListPage {
        let rows = model.rows {
            PartitionRows(
                model.snapshot.topics, keepsAll: { _ in false }, keeps: { $0.partition.replicas.contains(id) })
        }
        let spec = ListSpec<PartitionRow>(
            title: "Partitions", columns: columns(model), defaultSort: TableSort(column: "problem", descending: true),
            id: { $0.key }, text: { $0.key }, value: { $0.value($1, model) }, words: { $0.words($1) },
            isProblem: { $0.problem != nil },
            cells: { row in
                var cells = row.cells(model)
                let leads = row.partition.servingLeader == id
                cells["role"] = StyledText(leads ? "leader" : "follower", leads ? .leader : .text)
                let log = row.partition.logs.first { $0.broker == id }
                let stale = log.map { model.isStale($0.at, source: .logDirs) } ?? false
                cells["size"] = Figure.bytes(log?.bytes, stale: stale)
                cells["behind"] = leads ? Figure.none : Figure.count(log?.behind, stale: stale, width: 7)
                return cells
            }, surface: { $0.surface(model) }, cellSurfaces: { model.recent.surfaces(.partition($0.id)) },
            find: rows.row, keepsOrder: model.keepsOrder)
        var page = spec.page(rows, model.list)
        page.empty = [StyledText("Broker \(id) hosts no replicas.")]
        return page
    }
}
