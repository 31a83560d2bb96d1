import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The replicas of a broker by log dir, and those that move from one to another.
enum LogDirsScreen {
    static let columns: [TableColumn] = [
        .name("topic", title: "TOPIC", min: 16),
        .number("p", title: "P", width: 4),
        TableColumn("dir", title: "LOG DIR", width: .upTo(min: 16, max: 36), dropOrder: 4, cut: .middle),
        .number("size", title: "SIZE", width: 9),
        TableColumn("to", title: "MOVING TO", width: .upTo(min: 16, max: 36), dropOrder: 5, cut: .middle),
        .number("done", title: "DONE", width: 5, dropOrder: 6),
        .words("progress", title: "PROGRESS", width: 12, dropOrder: 1),
        .number("speed", title: "SPEED", width: 10, dropOrder: 2),
        .number("left", title: "LEFT", width: 6, dropOrder: 3),
    ]

    static func list(_ id: BrokerID, _ model: Model) -> ListPage {
        let shown = shown(id, model)
        let spec = ListSpec<LogDirsPicture.Replica>(
            title: "Replicas", columns: columns, defaultSort: TableSort(column: "size", descending: true), id: \.id,
            text: \.id,
            value: { value($0, $1, shown, model) }, isProblem: { $0.copy != nil },
            cells: { cells($0, shown, model) })
        var page = spec.page(shown?.picture.value.replicas ?? [], model.list)
        page.header = header(id, shown, model)
        page.nothingWrong = "No replica moves."
        page.empty = empty(id, shown, model)
        page.footer = footer(shown, model)
        return page
    }

    static func shown(_ id: BrokerID, _ model: Model) -> LogDirsShown? {
        model.logDirs.flatMap { $0.picture.value.broker == id ? $0 : nil }
    }

    private static func value(
        _ replica: LogDirsPicture.Replica, _ column: String, _ shown: LogDirsShown?, _ model: Model
    ) -> SortValue {
        switch column {
        case "topic": .text(replica.partition.topic)
        case "p": .int(Int(replica.partition.partition))
        case "dir": .text(replica.dir)
        case "size": .number(replica.bytes)
        case "to": replica.copy.map { .text($0.dir) } ?? .unknown
        case "progress", "done": .optional(replica.progress)
        case "speed": .optional(shown?.speed(replica.partition, now: model.shownNow))
        case "left": .optional(secondsLeft(replica, shown, model))
        default: .unknown
        }
    }

    private static func cells(
        _ replica: LogDirsPicture.Replica, _ shown: LogDirsShown?, _ model: Model
    ) -> [String: StyledText] {
        let isOld = shown.map { isStale($0, model) } ?? true
        var cells = [
            "topic": StyledText(replica.partition.topic),
            "p": StyledText("\(replica.partition.partition)", .number), "dir": StyledText(replica.dir),
            "size": Figure.bytes(replica.bytes, stale: isOld),
        ]
        guard let copy = replica.copy, let progress = replica.progress else { return cells }
        cells["to"] = StyledText(copy.dir, .replicaAdding)
        cells["done"] = StyledText(Format.progress(progress), isOld ? .stale : .text)
        cells["progress"] = StyledText(Chart.bar(done: progress, width: 12, glyphs: model.glyphs), .progress)
        let speed = shown?.speed(replica.partition, now: model.shownNow)
        cells["speed"] = speed.map { StyledText("\(Format.bytes(Int($0)))/s", .number) } ?? Figure.unknown
        cells["left"] =
            secondsLeft(replica, shown, model).map { StyledText(Format.duration($0), .number) } ?? Figure.none
        return cells
    }

    private static func secondsLeft(
        _ replica: LogDirsPicture.Replica, _ shown: LogDirsShown?, _ model: Model
    ) -> Double? {
        guard let copy = replica.copy, let speed = shown?.speed(replica.partition, now: model.shownNow), speed > 0
        else { return nil }
        return Double(max(0, replica.bytes - copy.bytes)) / speed
    }

    private static func isStale(_ shown: LogDirsShown, _ model: Model) -> Bool {
        Staleness.isStale(
            at: shown.picture.at, now: model.shownNow, interval: .milliseconds(LogDirActions.interval))
    }

    /// Log dirs named above the table: brokers with more have the others behind them, in the column.
    private static let dirsShown = 6

    /// The dirs themselves, those with an error first; before the first answer as the survey of all brokers has them.
    private static func header(_ id: BrokerID, _ shown: LogDirsShown?, _ model: Model) -> [StyledText] {
        let dirs = shown?.picture.value.dirs ?? model.snapshot.broker(id)?.logDirs ?? []
        guard !dirs.isEmpty else { return [] }
        let ordered = dirs.filter { $0.error != nil } + dirs.filter { $0.error == nil }
        let width = Frame.body(model.size).insideBox.width - 2
        var lines =
            [titles(ordered, width: width)]
            + ordered.prefix(dirsShown).map { line($0, beside: ordered, width: width) }
        if ordered.count > dirsShown { lines.append(StyledText("+ \(ordered.count - dirsShown) more", .muted)) }
        return lines + limits(ordered) + [""]
    }

    /// From when on a disk is marked, told of, and full; nothing while none of them is marked.
    static func limits(_ dirs: [LogDirSnapshot]) -> [StyledText] {
        guard dirs.contains(where: { $0.usedPercent ?? 0 >= HealthLimits.fullDisk }) else { return [] }
        return [StyledText(limits, .muted)]
    }

    private static var limits: String {
        "marked from \(Int(HealthLimits.fullDisk)) % used, told from \(Int(HealthLimits.littleRoom)) %, "
            + "FULL below \(Format.percent(1 / Double(HealthLimits.noRoomPart))) or "
            + "\(Format.bytes(Int(HealthLimits.noRoom))) free"
    }

    /// What stands over the lines of log dirs.
    static func titles(_ dirs: [LogDirSnapshot], width: Int) -> StyledText {
        let titles = [("REPLICAS", 8), ("SIZE", 10), ("FREE", 10), ("USED", 6)].map { $0.0.leftPadded(to: $0.1) }
        return StyledText("LOG DIR".padded(to: pathWidth(dirs, width: width)) + titles.joined(), .column)
    }

    /// One log dir with its figures, or why it cannot be used.
    static func line(_ dir: LogDirSnapshot, beside dirs: [LogDirSnapshot], width: Int) -> StyledText {
        let width = pathWidth(dirs, width: width)
        let path = StyledText(Cut.middle.cut(dir.path, to: width - 1).padded(to: width))
        return path + (dir.error.map { StyledText(" \($0)", .healthBad) } ?? figures(dir))
    }

    /// Cells of the figures behind a path.
    private static let figuresWidth = 34

    /// Cells that paths take with the blanks behind them: figures stay whole, where the line is narrow.
    private static func pathWidth(_ dirs: [LogDirSnapshot], width: Int) -> Int {
        let wanted = min(48, max(16, dirs.map { TextWidth.of($0.path) }.max() ?? 0)) + 2
        return min(wanted, max(18, width - figuresWidth))
    }

    private static func figures(_ dir: LogDirSnapshot) -> StyledText {
        func right(_ text: StyledText, _ width: Int) -> StyledText {
            StyledText(String(repeating: " ", count: max(0, width - TextWidth.of(text.plain)))) + text
        }
        return right(StyledText("\(dir.logs)", .number), 8) + right(Figure.bytes(dir.bytes), 10)
            + right(dir.free == nil ? Figure.none : Figure.bytes(dir.free), 10)
            + right(dir.usedPercent.map { Figure.usedPercent($0) } ?? Figure.none, 6)
    }

    private static func empty(_ id: BrokerID, _ shown: LogDirsShown?, _ model: Model) -> [StyledText] {
        if shown != nil { return [StyledText("Broker \(id) has no replicas in its log dirs.")] }
        if let failure = model.logDirsFailure { return [StyledText(failure, .healthDegraded)] }
        return [StyledText("reading", .muted)]
    }

    /// What all moves add up to, and how old that is.
    private static func footer(_ shown: LogDirsShown?, _ model: Model) -> [StyledText] {
        guard let shown else { return [] }
        var lines: [StyledText] = []
        let moving = shown.picture.value.moving
        if !moving.isEmpty {
            let total = moving.reduce(Int64(0)) { $0 + $1.bytes }
            let copied = moving.reduce(Int64(0)) { $0 + min($1.bytes, $1.copy?.bytes ?? 0) }
            let speed = moving.compactMap { shown.speed($0.partition, now: model.shownNow) }.reduce(0, +)
            var text = "\(ReplicaCount.words(moving.count)) move\(moving.count == 1 ? "s" : ""): "
            text += "\(Format.bytes(Int(copied))) of \(Format.bytes(Int(total)))"
            if speed > 0 {
                text += "   \(Format.bytes(Int(speed)))/s   left \(Format.duration(Double(total - copied) / speed))"
            }
            lines.append(StyledText(text))
        }
        guard isStale(shown, model) else { return lines }
        let age = Format.age(Double(model.shownNow - shown.picture.at) / 1_000)
        let why = model.logDirsFailure.map { ": \($0)" } ?? ""
        return lines + [StyledText("as of \(age) ago\(why)", .stale)]
    }
}

/// Replicas counted in words.
enum ReplicaCount {
    static func words(_ count: Int) -> String { count == 1 ? "1 replica" : "\(Format.count(count)) replicas" }
}
