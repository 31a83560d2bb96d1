import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Screen 3: all topics.
enum TopicsScreen {
    /// Where there is no room for <MIN and OFFLINE, URP says the worst of the three: `12 off`.
    private static func columns(_ model: Model) -> [TableColumn] {
        let saysWorst = (60..<100).contains(model.size.width)
        let first: [TableColumn] = [
            .name("name", title: "NAME"), .number("partitions", title: "PART", width: 4),
            .number("rf", title: "RF", width: 3), .number("urp", title: "URP", width: saysWorst ? 7 : 4),
        ]
        return first + figures
    }

    private static let figures: [TableColumn] = [
        .number("min", title: "<MIN", width: 5, dropOrder: 4),
        .number("offline", title: "OFFLINE", width: 8, dropOrder: 5),
        .number("messages", title: "MESSAGES", width: 11),
        .number("size", title: "SIZE", width: 8),
        .number("replicated", title: "×RF", width: 8, dropOrder: 2),
        .number("in", title: "IN/s", width: 6),
        .trend(dropOrder: 1),
        .number("groups", title: "GROUPS", width: 7, dropOrder: 3),
        .number("lag", title: "LAG", width: 7),
    ]

    static func list(_ model: Model) -> ListPage {
        func isShown(_ topic: TopicSnapshot) -> Bool { !topic.isInternal || model.showsInternal }
        let present = model.snapshot.topics.filter(isShown)
        let items = (present + model.recent.goneTopics.filter(isShown)).map { Row($0, model) }
        let spec = ListSpec<Row>(
            title: "Topics", columns: columns(model), defaultSort: TableSort(column: "name"),
            id: { $0.topic.name }, text: { $0.topic.name }, value: { $0.value($1) },
            isProblem: { $0.isProblem }, cells: { $0.cells(model) },
            surface: { model.recent.surface(.topic($0.topic.name)) },
            cellSurfaces: { model.recent.surfaces(.topic($0.topic.name)) }, trend: { $0.figures.messagesIn.trend })
        var page = spec.page(items, model.list)
        page.total = present.count
        page.nothingWrong = "No topic has a problem."
        let hidden = model.snapshot.topics.count { $0.isInternal }
        page.empty = [
            "This cluster has no topics.", "",
            "   N             create a topic",
            "   :demo         create the demo topics, producers and groups",
            "   klamm produce orders     from a shell: creates orders by its first message",
            StyledText("   i             show internal topics (\(hidden))"),
        ]
        page.footer = Stale.lines(model)
        return page
    }

    /// One topic with the figures its row shows.
    struct Row {
        let topic: TopicSnapshot
        let figures: TopicFigures
        let underReplicated: Int
        let belowMin: Int
        let offline: Int
        let messages: Int64?
        let bytes: Int64?
        let replicatedBytes: Int64?
        let offsetsStale: Bool
        let sizesStale: Bool
        let lagHigh: Bool

        init(_ topic: TopicSnapshot, _ model: Model) {
            self.topic = topic
            figures = model.figures.topics[topic.name] ?? TopicFigures()
            underReplicated = topic.partitions.count { $0.isUnderReplicated }
            offline = topic.partitions.count { $0.isOffline }
            belowMin =
                topic.minISR.map { min in topic.partitions.count { !$0.isOffline && $0.inSync.count < min } } ?? 0
            let known = topic.partitions.compactMap(\.offsets)
            messages = known.isEmpty ? nil : known.reduce(0) { $0 + $1.value.messages }
            let sizes = topic.partitions.compactMap(\.leaderBytes)
            bytes = sizes.isEmpty ? nil : sizes.reduce(0, +)
            let all = topic.partitions.compactMap(\.replicaBytes)
            replicatedBytes = all.isEmpty ? nil : all.reduce(0, +)
            offsetsStale = known.map(\.at).min().map { model.isStale($0, source: .offsets) } ?? false
            sizesStale =
                topic.partitions.compactMap(\.sizesAt).min().map { model.isStale($0, source: .logDirs) } ?? false
            lagHigh = figures.groups.contains { (model.figures.groups[$0]?.status ?? .ok) != .ok }
        }

        var isProblem: Bool { underReplicated > 0 || offline > 0 || belowMin > 0 || lagHigh }

        func value(_ column: String) -> SortValue {
            switch column {
            case "name": .text(topic.name)
            case "partitions": .int(topic.partitions.count)
            case "rf": .int(topic.replicationFactors.upperBound)
            case "urp": .int(underReplicated)
            case "min": .int(belowMin)
            case "offline": .int(offline)
            case "messages": .number(messages)
            case "size": .number(bytes)
            case "replicated": .number(replicatedBytes)
            case "in", "trend": .optional(figures.messagesIn.now)
            case "groups": .int(figures.groups.count)
            case "lag": .number(figures.lag)
            case "cleanup": topic.cleanupPolicy.map { .text($0) } ?? .unknown
            default: .unknown
            }
        }

        func cells(_ model: Model) -> [String: StyledText] {
            let factors = topic.replicationFactors
            let rf =
                factors.lowerBound == factors.upperBound
                ? "\(factors.upperBound)" : "\(factors.lowerBound)-\(factors.upperBound)"
            let wide = model.size.width >= 100
            let worst =
                offline > 0
                ? StyledText("\(offline) off", .healthBad) : StyledText("\(belowMin) <min", .healthBad)
            return [
                "name": StyledText(topic.name, topic.isInternal ? .muted : .text),
                "partitions": StyledText("\(topic.partitions.count)", .number),
                "rf": StyledText(rf, .number),
                "urp": !wide && offline + belowMin > 0 ? worst : Figure.bad(underReplicated, role: .healthDegraded),
                "min": topic.minISR == nil ? Figure.unknown : Figure.bad(belowMin, role: .healthBad),
                "offline": Figure.bad(offline, role: .healthBad),
                "messages": Figure.count(messages, stale: offsetsStale, estimate: topic.isCompacted),
                "size": Figure.bytes(bytes, stale: sizesStale),
                "replicated": Figure.bytes(replicatedBytes, stale: sizesStale),
                "in": Figure.rate(offsetsStale ? nil : figures.messagesIn.now),
                "groups": StyledText("\(figures.groups.count)", figures.groups.isEmpty ? .muted : .number),
                "lag": figures.groups.isEmpty
                    ? Figure.none
                    : Figure.lag(figures.lag, high: lagHigh, stale: offsetsStale || figures.lagIsStale),
            ]
        }
    }

    static func details(_ name: String, _ model: Model) -> [StyledText] {
        guard let topic = model.snapshot.topic(name) else { return [] }
        return [
            "", StyledText("id".padded(to: 20), .muted) + StyledText(topic.id.map { "\($0)" } ?? "?"),
            StyledText("cleanup.policy".padded(to: 20), .muted) + StyledText(topic.cleanupPolicy ?? "?"),
            StyledText("min.insync.replicas".padded(to: 20), .muted) + StyledText(topic.minISR.map(String.init) ?? "?"),
            StyledText("groups".padded(to: 20), .muted)
                + StyledText((model.figures.topics[name]?.groups ?? []).joined(separator: ", ")),
        ]
    }
}
