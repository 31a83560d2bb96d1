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
        return first + figures + (model.list.wide ? wide : [])
    }

    /// Columns that only `w` shows.
    private static let wide: [TableColumn] = [
        .number("atmin", title: "AT MIN", width: 6), .number("brokers", title: "BROKERS", width: 7),
        .number("skew", title: "SKEW", width: 7),
    ]

    private static let figures: [TableColumn] = [
        .number("min", title: "<MIN", width: 5, dropOrder: 4),
        .number("offline", title: "OFFLINE", width: 8, dropOrder: 5),
        .number("messages", title: "MESSAGES", width: 11, dropOrder: 7),
        .number("size", title: "SIZE", width: 8, dropOrder: 6),
        .number("replicated", title: "×RF", width: 8, dropOrder: 2),
        .number("in", title: "IN/s", width: 6, dropOrder: 8),
        .trend(dropOrder: 1),
        .number("groups", title: "GROUPS", width: 7, dropOrder: 3),
        .number("lag", title: "LAG", width: 7, dropOrder: 9),
    ]

    static func list(_ model: Model) -> ListPage {
        let topics = model.snapshot.topics
        let gone = model.recent.goneTopics
        // Rows are worked out of a topic only where they are looked at: there may be very many.
        func topic(_ index: Int) -> TopicSnapshot { index < topics.count ? topics[index] : gone[index - topics.count] }
        func name(_ index: Int) -> String {
            index < topics.count ? topics[index].name : gone[index - topics.count].name
        }
        func row(_ index: Int) -> Row { Row(topic(index), model) }
        let rows = model.rows {
            let left = gone.indices.filter { !gone[$0].isInternal || model.showsInternal }.map { $0 + topics.count }
            return topics.indices.filter { !topics[$0].isInternal || model.showsInternal } + left
        }
        let present = gone.isEmpty ? rows.count : rows.count { $0 < topics.count }
        let spec = ListSpec<Int>(
            title: "Topics", columns: columns(model), defaultSort: TableSort(column: "name"),
            id: name, text: name, value: { $1 == "name" ? .text(name($0)) : row($0).value($1) },
            isProblem: { row($0).isProblem }, cells: { row($0).cells(model) },
            surface: { model.recent.surface(.topic(name($0))) },
            cellSurfaces: { model.recent.surfaces(.topic(name($0))) },
            trend: { row($0).figures.course.trend(at: model.snapshot.at) },
            comesInOrder: gone.isEmpty,
            find: { wanted in
                model.snapshot.place(ofTopic: wanted).flatMap { rows.firstIndex(of: $0) }
                    ?? rows.firstIndex { $0 >= topics.count && name($0) == wanted }
            }, keepsOrder: model.keepsOrder)
        var page = spec.page(rows, model.list)
        page.total = present
        page.nothingWrong = "No topic has a problem."
        let hidden = present == 0 ? topics.count { $0.isInternal } : 0
        page.empty = [
            "This cluster has no topics.", "",
            "   N             create a topic",
            "   :demo         create the demo topics with messages; klamm demo in a shell adds traffic",
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
        let factors: ClosedRange<Int>
        let underReplicated: Int
        let belowMin: Int
        let offline: Int
        /// Partitions of which one more loss refuses acks=all.
        let atMin: Int
        /// Brokers that hold any of it.
        let brokers: Int
        /// Of its leaders, percent.
        let skew: Double?
        let messages: Int64?
        let bytes: Int64?
        let replicatedBytes: Int64?
        let offsetsStale: Bool
        let sizesStale: Bool
        let replicaSizesStale: Bool
        let lagHigh: Bool

        init(_ topic: TopicSnapshot, _ model: Model) {
            self.topic = topic
            let known = model.figures.topics[topic.name]?.value
            figures = known ?? TopicFigures()
            let counts = known?.counts ?? TopicCounts(topic)
            factors = counts.replicationFactors
            underReplicated = counts.underReplicated
            offline = counts.offline.count
            belowMin = counts.belowMinISR.count
            atMin = counts.atMinISRByLoss
            brokers = counts.brokers.count
            skew = counts.leaderExcess
            messages = counts.messages
            bytes = counts.leaderBytes
            replicatedBytes = counts.replicaBytes
            offsetsStale = counts.offsetsAt.map { model.isStale($0, source: .offsets) } ?? false
            sizesStale = counts.leaderSizesAt.map { model.isStale($0, source: .logDirs) } ?? false
            replicaSizesStale = counts.sizesAt.map { model.isStale($0, source: .logDirs) } ?? false
            lagHigh = figures.groups.contains { (model.figures.groups[$0]?.status ?? .ok) != .ok }
        }

        var isProblem: Bool { underReplicated > 0 || offline > 0 || belowMin > 0 || lagHigh }

        func value(_ column: String) -> SortValue {
            switch column {
            case "name": .text(topic.name)
            case "partitions": .int(topic.partitions.count)
            case "rf": .int(factors.upperBound)
            case "urp": .int(underReplicated)
            case "min": .int(belowMin)
            case "offline": .int(offline)
            case "messages": .number(messages)
            case "size": .number(bytes)
            case "replicated": .number(replicatedBytes)
            case "in", "trend": .optional(figures.rate)
            case "groups": .int(figures.groups.count)
            case "lag": .number(figures.lag)
            case "atmin": .int(atMin)
            case "brokers": .int(brokers)
            case "skew": .optional(skew)
            case "cleanup": topic.cleanupPolicy.map { .text($0) } ?? .unknown
            default: .unknown
            }
        }

        func cells(_ model: Model) -> [String: StyledText] {
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
                "atmin": topic.minISR == nil ? Figure.unknown : Figure.bad(atMin, role: .healthDegraded),
                "brokers": StyledText("\(brokers)", .number) + StyledText("/\(model.snapshot.brokers.count)", .muted),
                "skew": skew.map {
                    StyledText(Format.percent($0 / 100), $0 >= Skew.degraded ? .healthDegraded : .number)
                } ?? Figure.none,
                "messages": Figure.count(messages, stale: offsetsStale, estimate: topic.hasOnlyEstimates),
                "size": Figure.bytes(bytes, stale: sizesStale),
                "replicated": Figure.bytes(replicatedBytes, stale: replicaSizesStale),
                "in": Figure.rate(offsetsStale ? nil : figures.rate),
                "groups": StyledText("\(figures.groups.count)", figures.groups.isEmpty ? .muted : .number),
                "lag": figures.groups.isEmpty
                    ? Figure.none
                    : Figure.lag(figures.lag, high: lagHigh, stale: offsetsStale || figures.lagIsStale),
            ]
        }
    }
}
