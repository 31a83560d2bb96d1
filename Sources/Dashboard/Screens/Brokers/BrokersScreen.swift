import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Words about a broker.
enum BrokerWords {
    /// `up`, `paused 7s`, `DOWN since 12:31:12`.
    static func state(_ broker: BrokerSnapshot, _ model: Model) -> StyledText {
        switch broker.state {
        case .up: StyledText("up")
        case .starting: StyledText("starting", .healthDegraded)
        case .stopping: StyledText("stopping", .healthDegraded)
        case .fenced: StyledText("fenced", .healthDegraded)
        case .paused(let since):
            StyledText("paused \(Format.age(Double(model.shownNow - since) / 1_000))", .healthDegraded)
        case .down(let since):
            StyledText("DOWN since \(Format.time(since, zone: model.zone))", .healthBad)
        }
    }

    /// `1h02m`, or blank when it is not known.
    static func uptime(_ broker: BrokerSnapshot, _ model: Model) -> StyledText {
        guard broker.state.isLive || isPaused(broker), let since = broker.upSince else { return Figure.none }
        return StyledText(Format.uptime(Double(model.shownNow - since) / 1_000), .number)
    }

    static func isPaused(_ broker: BrokerSnapshot) -> Bool { if case .paused = broker.state { true } else { false } }
    static func isDown(_ broker: BrokerSnapshot) -> Bool { if case .down = broker.state { true } else { false } }
}

/// Screen 2: all brokers, those that are down included.
enum BrokersScreen {
    static let columns: [TableColumn] = [
        .words("id", title: "ID", width: 4, gap: 0),
        .name("host", title: "HOST:PORT", min: 15, gap: 1),
        .words("rack", title: "RACK", width: 5, dropOrder: 5),
        .words("state", title: "STATE", width: 19),
        .number("leaders", title: "LEAD", width: 4),
        .number("skew", title: "SKEW", width: 7, dropOrder: 4),
        .number("replicas", title: "REPL", width: 4),
        .number("urp", title: "URP", width: 3),
        .number("disk", title: "DISK", width: 8, dropOrder: 6),
        .number("in", title: "IN/s", width: 7),
        .number("out", title: "OUT/s", width: 7, dropOrder: 3),
        .number("pid", title: "PID", width: 6, dropOrder: 1),
        .number("rss", title: "RSS", width: 6, dropOrder: 2),
        .number("up", title: "UP", width: 5),
    ]

    static func list(_ model: Model) -> ListPage {
        let spec = ListSpec<BrokerSnapshot>(
            title: "Brokers", columns: columns, defaultSort: TableSort(column: "id"), id: { "\($0.id)" },
            text: { "\($0.id) \($0.host):\($0.port) \($0.rack ?? "")" }, value: { value($0, $1, model) },
            isProblem: { $0.state != .up }, cells: { cells($0, model) })
        var page = spec.page(model.snapshot.brokers, model.list)
        page.empty = ["No broker is known yet."]
        page.footer = problems(model) + Stale.lines(model)
        return page
    }

    private static func value(_ broker: BrokerSnapshot, _ column: String, _ model: Model) -> SortValue {
        let figures = model.figures.brokers[broker.id] ?? BrokerFigures()
        switch column {
        case "id": return .int(Int(broker.id))
        case "host": return .text("\(broker.host):\(broker.port)")
        case "rack": return broker.rack.map { .text($0) } ?? .unknown
        case "state": return .text(BrokerWords.state(broker, model).plain)
        case "leaders": return .int(figures.leaders)
        case "skew": return .optional(figures.leaderSkew)
        case "replicas": return .int(figures.replicas)
        case "urp": return .int(figures.underReplicated)
        case "disk": return .number(broker.disk?.value)
        case "in": return .optional(figures.bytesIn.now)
        case "out": return .optional(figures.bytesOut.now)
        case "pid": return .number(broker.pid.map(Int64.init))
        case "rss": return .number(broker.residentBytes)
        case "up": return .number(broker.upSince.map { model.shownNow - $0 })
        default: return .unknown
        }
    }

    private static func cells(_ broker: BrokerSnapshot, _ model: Model) -> [String: StyledText] {
        let figures = model.figures.brokers[broker.id] ?? BrokerFigures()
        let star = model.snapshot.controller == broker.id ? " \(model.glyphs.controller)" : ""
        let down = BrokerWords.isDown(broker)
        let silent = BrokerWords.isPaused(broker)
        let stale = down || silent || broker.disk.map { model.isStale($0.at, source: .logDirs) } ?? false
        let skew = figures.leaderSkew.map { value in
            StyledText(signed(value), abs(value) >= Skew.degraded ? .healthDegraded : .number)
        }
        let unknownOrNone = silent ? Figure.unknown : Figure.none
        return [
            "id": StyledText("\(broker.id)", .number) + StyledText(star, .leader),
            "host": StyledText("\(broker.host):\(broker.port)"),
            "rack": StyledText(broker.rack ?? "—", broker.rack == nil ? .muted : .text),
            "state": BrokerWords.state(broker, model),
            "leaders": StyledText("\(figures.leaders)", .number),
            "skew": down || figures.leaders == 0 ? Figure.none : skew ?? Figure.none,
            "replicas": StyledText("\(figures.replicas)", .number),
            "urp": down ? Figure.none : Figure.bad(figures.underReplicated, role: .healthDegraded),
            "disk": broker.disk == nil && down ? Figure.none : Figure.bytes(broker.disk?.value, stale: stale),
            "in": down || silent ? unknownOrNone : Figure.byteRate(figures.bytesIn.now),
            "out": down || silent || figures.bytesOut.now == nil
                ? unknownOrNone : Figure.byteRate(figures.bytesOut.now),
            "pid": down || broker.pid == nil ? Figure.none : StyledText("\(broker.pid ?? 0)", .number),
            "rss": down || broker.residentBytes == nil ? Figure.none : Figure.bytes(broker.residentBytes),
            "up": BrokerWords.uptime(broker, model),
        ]
    }

    /// Percent with its sign; from 100 on without decimals, so that it fits.
    private static func signed(_ percent: Double) -> String {
        abs(percent) < 99.95
            ? Format.signedPercent(percent / 100)
            : (percent > 0 ? "+" : "") + Format.decimal(percent, places: 0) + " %"
    }

    /// How each broker that is not up died, what that meant, what ends it; six lines at most.
    private static func problems(_ model: Model) -> [StyledText] {
        var lines: [StyledText] = []
        for broker in model.snapshot.brokers where broker.state != .up {
            lines += problem(broker, model)
        }
        return Array(lines.prefix(6))
    }

    private static func problem(_ broker: BrokerSnapshot, _ model: Model) -> [StyledText] {
        let name = "broker \(broker.id)".padded(to: 11)
        let cause = broker.cause.map { ": \($0)" } ?? ""
        let figures = model.figures.brokers[broker.id] ?? BrokerFigures()
        let starts = model.cluster.isBundled ? "; U starts it" : ""
        switch broker.state {
        case .down(let since):
            let age = Format.age(Double(model.shownNow - since) / 1_000)
            let before = broker.ledBefore.map { ". Before: led \($0) of \(model.snapshot.partitionCount)," } ?? "."
            return [
                StyledText(
                    "\(name)down \(age)\(cause) (\(Format.time(since, zone: model.zone)))\(before) hosted "
                        + "\(figures.replicas) replicas"),
                StyledText(String(repeating: " ", count: 11) + "now: \(consequences(model))\(starts)"),
            ]
        case .paused(let since):
            let age = Format.age(Double(model.shownNow - since) / 1_000)
            let fenced = broker.fencedAt.map { "; fenced by the controller at \(Format.time($0, zone: model.zone))" }
            return [StyledText("\(name)paused \(age)\(cause)\(fenced ?? ""). Z resumes it")]
        case .fenced: return [StyledText("\(name)fenced: the controller hears no heartbeat\(cause)")]
        case .starting: return [StyledText("\(name)starting\(cause)")]
        case .stopping: return [StyledText("\(name)stopping: hands over its leaders\(cause)")]
        case .up: return []
        }
    }

    /// `1 offline (dead-letters/0), 2 below min ISR (orders-retry/0 /1), 121 under-replicated`.
    static func consequences(_ model: Model) -> String {
        guard let health = model.report?.health else { return "?" }
        var parts: [String] = []
        if !health.offline.isEmpty {
            parts.append("\(health.offline.count) offline (\(PartitionNames.list(health.offline)))")
        }
        if !health.belowMinISR.isEmpty {
            parts.append("\(health.belowMinISR.count) below min ISR (\(PartitionNames.list(health.belowMinISR)))")
        }
        parts.append("\(health.underReplicated) under-replicated")
        return parts.joined(separator: ", ")
    }
}
