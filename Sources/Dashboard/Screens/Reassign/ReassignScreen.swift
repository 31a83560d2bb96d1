import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Screen 7: moves that run.
enum ReassignScreen {
    static let columns: [TableColumn] = [
        .name("topic", title: "TOPIC", min: 14),
        .number("p", title: "P", width: 3, gap: 0),
        .words("replicas", title: "REPLICAS", width: 12, dropOrder: 4),
        .words("move", title: "MOVE", width: 6, dropOrder: 3),
        .words("state", title: "STATE", width: 13, dropOrder: 6),
        .words("progress", title: "PROGRESS", width: 23, dropOrder: 1),
        .number("bytes", title: "BYTES", width: 20, dropOrder: 5),
        .number("speed", title: "SPEED", width: 10, dropOrder: 2),
        .number("left", title: "LEFT", width: 5),
    ]

    static func list(_ model: Model) -> ListPage {
        let figures = model.figures.moves.including(model.sentMove, model.snapshot)
        let spec = ListSpec<MoveFigures>(
            title: "Moves", columns: columns, defaultSort: TableSort(column: "left", descending: true),
            id: { "\($0.partition.topic)/\($0.partition.partition)" },
            text: { "\($0.partition.topic)/\($0.partition.partition)" }, value: { value($0, $1) },
            isProblem: { if case .stalled = $0.state { true } else { false } }, cells: { cells($0, model) },
            surface: { figures.endedAt != nil && $0.isOver ? .rowGone : nil })
        var page = spec.page(figures.moves, model.list)
        page.titleLeft = StyledText("Moves \(figures.running.count) running")
        page.header = figures.moves.isEmpty ? leftOver(model) : header(figures, model)
        page.empty = [StyledText("No partition is moving. R plans a move.\(last(model))")]
        return page
    }

    /// When the last move ended that was seen here, or that was sent from here and copied nothing that could be seen.
    private static func last(_ model: Model) -> String {
        let undo = model.sentMove == nil ? "" : "; V takes it back"
        func at(_ time: Timestamp) -> String { Format.moment(time, now: model.shownNow, zone: model.zone) }
        if let sent = model.sentMove, sent.at > model.lastMoveEndedAt ?? 0, sent.isInPlace(model.snapshot) {
            return " The one sent \(at(sent.at)) is in place\(undo)."
        }
        return model.lastMoveEndedAt.map { " The last one ended \(at($0))\(undo)." } ?? ""
    }

    private static func value(_ move: MoveFigures, _ column: String) -> SortValue {
        switch column {
        case "topic": .text(move.partition.topic)
        case "p": .int(Int(move.partition.partition))
        case "state": .text(move.isDone ? "done" : move.isCancelled ? "cancelled" : "copying")
        case "left": .number(Double(move.left))
        case "bytes", "progress": .number(Double(move.copied))
        case "speed": .optional(move.speed)
        default: .unknown
        }
    }

    // MARK: the head

    private static func header(_ figures: MovesFigures, _ model: Model) -> [StyledText] {
        let narrow = model.size.width < 100
        let share = figures.total == 0 ? 1 : Double(figures.copied) / Double(figures.total)
        var moved = "moved    \(Format.bytes(Int(figures.copied))) of \(Format.bytes(Int(figures.total)))   "
        moved += Format.progress(share).leftPadded(to: 4) + "  "
        var rate = figures.speed.map { "  \(Format.bytes(Int($0)))/s" } ?? ""
        let left = figures.total - figures.copied
        if let speed = lastingSpeed(figures, model), speed > 0, left > 0 {
            // Those that are faster end before, and their speed with them.
            let slowest = figures.running.compactMap(\.secondsLeft).max() ?? 0
            rate += "   left \(Format.duration(max(Double(left) / speed, slowest)))"
        }
        if figures.endedAt != nil { rate = "   ended" }
        let wanted = figures.moves.filter { !$0.isCancelled }
        let inSync = wanted.count { move in
            guard let partition = model.snapshot.partition(move.partition) else { return false }
            return move.adding.allSatisfy { partition.isr.contains($0) }
        }
        return [
            started(figures, model),
            StyledText(moved)
                + StyledText(Chart.bar(done: share, width: narrow ? 20 : 40, glyphs: model.glyphs), .progress)
                + StyledText(rate),
            StyledText(
                "         done \(figures.replicasDone) of \(figures.replicas) replicas      "
                    + "new messages meanwhile \(Format.bytes(Int(figures.grown)))      in sync \(inSync) of \(wanted.count)"
                    + (figures.cancelled > 0 ? "      cancelled \(figures.cancelled)" : "")
            ),
            "",
        ]
    }

    /// Speeds above the throttle by more than such a part are a burst.
    private static let burst = 1.1

    /// Bytes per second that can be reckoned with: brokers let a burst through in the first seconds of a throttled move, after
    /// which it goes at the throttle.
    private static func lastingSpeed(_ figures: MovesFigures, _ model: Model) -> Double? {
        guard let speed = figures.speed, let limit = model.snapshot.throttles.brokers.values.max(), limit > 0 else {
            return figures.speed
        }
        let receivers = Set(figures.running.flatMap(\.adding)).count
        let most = Double(limit) * Double(max(1, receivers))
        return speed > most * burst ? most : speed
    }

    /// A move that is seen so soon after the first picture ran before, milliseconds.
    private static let foundWithin: Int64 = 3_000

    private static func started(_ figures: MovesFigures, _ model: Model) -> StyledText {
        guard let at = figures.startedAt else { return "" }
        let age = Format.duration(Double(max(0, model.shownNow - at)) / 1_000)
        let own = model.sentMove.flatMap { figures.began(with: $0) ? $0 : nil }
        // What runs at the first look began at some time before it, and may have been begun by a Klamm that is gone.
        let isFound = own == nil && at - (model.firstPictureAt ?? model.startedAt) < foundWithin
        let time = Format.time(at, zone: model.zone)
        var text =
            isFound
            ? "running  since before \(time), \(age) ago"
            : "started  \(time) \(own == nil ? "by another client" : "by Klamm"), \(age) ago"
        if let own { text += "      plan \(own.text)" }
        let throttle = model.snapshot.throttles.brokers.values.max().map { "\(Format.configBytes(Int($0)))/s" }
        // Throttles are read with the configurations; what was read before the move began says nothing of it.
        let readAt = model.snapshot.sources.first { $0.name == .configs }?.answeredAt
        text += "      throttle \(throttle ?? (readAt.map { $0 >= at } ?? false ? "none" : "?"))"
        if let chosen = model.chosenThrottle {
            text += " \(model.glyphs.arrow) \(Format.configBytes(Int(chosen)))/s (T to set)"
        }
        return StyledText(text)
    }

    private static func leftOver(_ model: Model) -> [StyledText] {
        let throttles = model.snapshot.throttles
        guard !throttles.isEmpty else { return [] }
        let after = model.lastMoveEndedAt.map { ", from a move that ended \(Format.time($0, zone: model.zone))" } ?? ""
        return [
            StyledText("Throttles are still set on \(throttles.words)\(after). X removes them.", .healthDegraded), "",
        ]
    }

    // MARK: rows

    private static func cells(_ move: MoveFigures, _ model: Model) -> [String: StyledText] {
        let partition = model.snapshot.partition(move.partition)
        let share = move.isDone || move.total == 0 ? 1 : min(1, Double(move.copied) / Double(move.total))
        let from = move.removing.map(String.init).joined(separator: ",")
        let to = move.adding.map(String.init).joined(separator: ",")
        let copied = move.isDone ? move.total : move.copied
        let bytes = Format.bytes(Int(move.total))
        return [
            "topic": StyledText(move.partition.topic),
            "p": StyledText("\(move.partition.partition)", .number),
            "replicas": partition.map { ReplicaText.all($0, model) } ?? Figure.unknown,
            "move": StyledText("\(from.isEmpty ? "—" : from) \(model.glyphs.arrow) \(to.isEmpty ? "—" : to)"),
            "state": state(move, model),
            "progress": StyledText(Chart.bar(done: share, width: 17, glyphs: model.glyphs), .progress)
                + StyledText((move.isDone ? "100 %" : Format.progress(share)).leftPadded(to: 6)),
            "bytes": StyledText("\(Format.bytes(Int(copied))) of \(bytes)", .number),
            "speed": move.isOver
                ? Figure.none : move.speed.map { StyledText("\(Format.bytes(Int($0)))/s", .number) } ?? "?",
            "left": move.secondsLeft.map { StyledText(Format.duration($0), .number) } ?? Figure.none,
        ]
    }

    private static func state(_ move: MoveFigures, _ model: Model) -> StyledText {
        switch move.state {
        case .copying: StyledText(move.adding.isEmpty ? "removing" : "copying")
        case .cancelled: StyledText("cancelled", .muted)
        case .stalled(let still): StyledText("stalled \(Format.duration(Double(still) / 1_000))", .healthDegraded)
        case .done(let at): StyledText("done \(Format.time(at, zone: model.zone))", .healthOk)
        }
    }
}

extension ThrottleSnapshot {
    /// Where throttles are: `1 topic and 4 brokers`.
    var words: String {
        func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
        return counted(topics.count, "topic") + " and " + counted(brokers.count, "broker")
    }
}
