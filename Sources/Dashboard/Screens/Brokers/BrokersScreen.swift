import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Words about a broker.
enum BrokerWords {
    /// `up`, `paused 7s`, `DOWN since 12:31:12`, which is `DOWN 12:31:12` where it has to be short.
    static func state(_ broker: BrokerSnapshot, _ model: Model, short: Bool = false) -> StyledText {
        switch broker.state {
        case .up:
            switch broker.room {
            case .enough: StyledText("up")
            case .little: StyledText("up, disk \(Int(broker.fullestDir?.usedPercent ?? 0)) %", .healthDegraded)
            case .none: StyledText("up, disk FULL", .healthBad)
            }
        case .starting: StyledText("starting", .healthDegraded)
        case .stopping: StyledText("stopping", .healthDegraded)
        case .fenced: StyledText("fenced", .healthDegraded)
        case .paused(let since):
            StyledText("paused \(Format.age(Double(model.shownNow - since) / 1_000))", .healthDegraded)
        case .silent(let since):
            StyledText("silent \(Format.age(Double(model.shownNow - since) / 1_000))", .healthBad)
        case .down(nil): StyledText("DOWN", .healthBad)
        case .down(let since?):
            StyledText(
                "DOWN \(short || model.size.width < 60 ? "" : "since ")\(Format.time(since, zone: model.zone))",
                .healthBad)
        }
    }

    /// `1h02m`, or blank when it is not known.
    static func uptime(_ broker: BrokerSnapshot, _ model: Model) -> StyledText {
        guard broker.state.isLive || isMute(broker), let since = broker.upSince else { return Figure.none }
        return StyledText(Format.uptime(Double(model.shownNow - since) / 1_000), .number)
    }

    /// How it died, as short as a tile: `pid 4242: signal 9, asked here`.
    static func death(_ broker: BrokerSnapshot) -> String {
        let cause = (broker.cause ?? "").replacing("exited, ", with: "")
        guard let pid = broker.pid else { return cause }
        return cause.isEmpty ? "pid \(pid) has ended" : "pid \(pid): \(cause)"
    }

    static func isPaused(_ broker: BrokerSnapshot) -> Bool { if case .paused = broker.state { true } else { false } }
    /// Whether it is there and answers nothing: its figures are unknown, not gone.
    static func isMute(_ broker: BrokerSnapshot) -> Bool {
        if case .silent = broker.state { true } else { isPaused(broker) }
    }
    static func isDown(_ broker: BrokerSnapshot) -> Bool { if case .down = broker.state { true } else { false } }
}

/// Screen 2: all brokers, those that are down included.
enum BrokersScreen {
    static let columns: [TableColumn] = [
        .words("id", title: "ID", width: 4, gap: 0),
        .name("host", title: "HOST:PORT", min: 14, gap: 1),
        .words("rack", title: "RACK", width: 4, dropOrder: 5),
        .words("state", title: "STATE", width: 19),
        .number("leaders", title: "LEAD", width: 5, dropOrder: 10, gap: 0),
        .number("skew", title: "SKEW", width: 7, dropOrder: 4),
        .number("replicas", title: "REPL", width: 5, dropOrder: 9, gap: 0),
        .number("urp", title: "URP", width: 4, dropOrder: 11, gap: 0),
        .number("disk", title: "DISK", width: 8, dropOrder: 6),
        .number("in", title: "IN/s", width: 8, dropOrder: 7, gap: 0),
        .number("out", title: "OUT/s", width: 8, dropOrder: 3, gap: 0),
        .number("pid", title: "PID", width: 6, dropOrder: 1, gap: 0),
        .number("rss", title: "RSS", width: 7, dropOrder: 2, gap: 0),
        .number("up", title: "UP", width: 6, dropOrder: 8, gap: 0),
    ]

    /// Columns that only `w` shows.
    private static let wide: [TableColumn] = [
        .number("replicaskew", title: "REPL SKEW", width: 9), .number("free", title: "FREE", width: 8),
        .number("used", title: "USED", width: 5),
    ]

    static func list(_ model: Model) -> ListPage {
        let spec = ListSpec<BrokerSnapshot>(
            title: "Brokers", columns: model.list.wide ? columns + wide : columns, defaultSort: TableSort(column: "id"),
            id: { "\($0.id)" },
            text: { "\($0.id) \($0.address) \($0.rack ?? "")" }, value: { value($0, $1, model) },
            isProblem: \.isTroubled, cells: { cells($0, model) },
            surface: { model.recent.surface(.broker($0.id)) },
            cellSurfaces: { model.recent.surfaces(.broker($0.id)) })
        var page = spec.page(model.snapshot.brokers + model.recent.goneBrokers, model.list)
        page.total = model.snapshot.brokers.count
        page.empty = ["No broker is known yet."]
        page.footer = problems(model) + Stale.lines(model)
        return page
    }

    private static func value(_ broker: BrokerSnapshot, _ column: String, _ model: Model) -> SortValue {
        let figures = model.figures.brokers[broker.id] ?? BrokerFigures()
        switch column {
        case "id": return .int(Int(broker.id))
        case "host": return .text(broker.address)
        case "rack": return broker.rack.map { .text($0) } ?? .unknown
        case "state": return .text(BrokerWords.state(broker, model).plain)
        case "leaders": return .int(figures.leaders)
        case "skew": return .optional(figures.leaderSkew)
        case "replicaskew": return .optional(figures.replicaSkew)
        case "free": return .number(broker.diskFree)
        case "used": return .optional(broker.usedPercent)
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
        let star = model.snapshot.activeController == broker.id ? " \(model.glyphs.controller)" : ""
        let down = BrokerWords.isDown(broker)
        let mute = BrokerWords.isMute(broker)
        let stale = down || mute || broker.disk.map { model.isStale($0.at, source: .logDirs, isOfAll: true) } ?? false
        func skew(_ percent: Double?) -> StyledText? {
            percent.map { StyledText(signed($0), abs($0) >= Skew.degraded ? .healthDegraded : .number) }
        }
        let unknownOrNone = mute ? Figure.unknown : Figure.none
        return [
            "id": StyledText("\(broker.id)", .number) + StyledText(star, .leader),
            "host": StyledText(broker.address),
            "rack": StyledText(broker.rack ?? "—", broker.rack == nil ? .muted : .text),
            "state": BrokerWords.state(broker, model),
            "leaders": Figure.count(Int64(figures.leaders), width: 4),
            "skew": down || figures.leaders == 0 ? Figure.none : skew(figures.leaderSkew) ?? Figure.none,
            "replicaskew": skew(figures.replicaSkew) ?? Figure.none,
            "free": broker.diskFree == nil ? Figure.none : Figure.bytes(broker.diskFree, stale: stale),
            "used": broker.usedPercent.map { Figure.usedPercent($0, stale: stale) } ?? Figure.none,
            "replicas": Figure.count(Int64(figures.replicas), width: 4),
            "urp": down ? Figure.none : Figure.bad(figures.underReplicated, role: .healthDegraded, width: 4),
            "disk": broker.disk == nil && down ? Figure.none : Figure.bytes(broker.disk?.value, stale: stale),
            "in": down || mute ? unknownOrNone : Figure.byteRate(figures.bytesIn.now),
            "out": down || mute || figures.bytesOut.now == nil
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
        let indent = model.size.width < 100 ? 10 : 11
        let width = Frame.body(model.size).width - 4 - indent
        let lines = model.snapshot.brokers.flatMap { broker -> [StyledText] in
            let sentences = problem(broker, model).flatMap { Wrap.lines($0, width: max(20, width)) }
            return sentences.enumerated().map { index, sentence in
                StyledText((index == 0 ? "broker \(broker.id)" : "").padded(to: indent)) + StyledText(sentence)
            }
        }
        return Array(lines.prefix(6))
    }

    /// How a broker that is not up came to be so, and what it means; nothing of one that is up.
    static func problem(_ broker: BrokerSnapshot, _ model: Model) -> [String] {
        let cause = broker.cause.map { ": \($0)" } ?? ""
        let figures = model.figures.brokers[broker.id] ?? BrokerFigures()
        let age = broker.awaySince.map { Format.age(Double(model.shownNow - $0) / 1_000) } ?? ""
        let fenced = broker.fencedAt.map { "; fenced by the controller at \(Format.time($0, zone: model.zone))" } ?? ""
        switch broker.state {
        case .down(nil):
            return [
                "down since before Klamm looks\(cause): it hosts \(figures.replicas) replicas",
                "now: \(consequences(model))",
            ]
        case .down(let since?):
            let before = broker.ledBefore.map { "led \($0) of \(model.report?.health.partitions ?? 0), " } ?? ""
            let starts = model.cluster.isBundled ? "; U starts it" : ""
            return [
                "down \(age)\(cause) (\(Format.time(since, zone: model.zone))). "
                    + "Before: \(before)hosted \(figures.replicas) replicas",
                "now: \(consequences(model))\(starts)",
            ]
        case .paused(let since):
            let at = Format.time(since, zone: model.zone)
            return ["paused \(age)\(cause) (\(at))\(fenced)" + (model.cluster.isBundled ? ". Z resumes it" : "")]
        case .silent(let since):
            return [
                "silent \(age) (\(Format.time(since, zone: model.zone))): it answers nothing, though the cluster "
                    + "counts it in",
                "now: \(consequences(model))",
            ]
        case .fenced:
            let at = broker.fencedAt.map { " (\(Format.time($0, zone: model.zone)))" } ?? ""
            return ["fenced\(at): the controller hears no heartbeat from it"]
        case .starting: return ["starting: reads its logs, then the controller unfences it"]
        case .stopping: return ["stopping: hands over its leaders\(cause)"]
        case .up: return full(broker, model)
        }
    }

    /// What a broker without room cannot do, and what gives it room again.
    private static func full(_ broker: BrokerSnapshot, _ model: Model) -> [String] {
        guard broker.room != .enough, let dir = broker.fullestDir, let free = dir.free, let total = dir.total else {
            return []
        }
        let left = "\(Format.bytes(Int(free))) of \(Format.bytes(Int(total))) left in \(dir.path)"
        let meaning = "writes to its leaders fail, its followers fall behind"
        return [
            "disk: \(left)" + (broker.room == .none ? "; \(meaning)" : "; without room \(meaning)"),
            "X on Topics purges, E shortens retention, R moves partitions away",
        ]
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
