import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What a topic holds: all partitions together above, each of them below. It is read once, from its beginning to the ends
/// it had then.
enum AnalysisScreen {
    private struct Row {
        /// Nil for the partitions beyond `Limits.analysedPartitions`, together.
        var partition: Int32?
        var part: PartFigures
    }

    static let columns: [TableColumn] = [
        .number("p", title: "P", width: 6, gap: 0),
        .number("messages", title: "MESSAGES", width: 9),
        .number("first", title: "FIRST", width: 9, dropOrder: 2),
        .number("last", title: "LAST", width: 9, dropOrder: 6),
        .number("from", title: "FROM", width: 11, dropOrder: 7),
        .number("to", title: "TO", width: 11, dropOrder: 8),
        .number("nokey", title: "NO KEY", width: 7, dropOrder: 4),
        .number("novalue", title: "NO VALUE", width: 8, dropOrder: 5),
        .number("keys", title: "KEYS", width: 9, dropOrder: 10),
        .number("values", title: "VALUES", width: 9, dropOrder: 9),
        .number("avg", title: "AVG", width: 8, dropOrder: 3),
        .number("max", title: "MAX", width: 8, dropOrder: 1),
    ]

    static func list(_ topic: String, _ model: Model) -> ListPage {
        let update = model.analyses[topic]
        let spec = ListSpec<Row>(
            title: "Analysis", columns: columns, defaultSort: TableSort(column: "p"), id: { key($0, topic) },
            text: { key($0, topic) }, value: value, isProblem: { $0.part.damaged > 0 }, cells: { cells($0, model) })
        var page = spec.page(update.map(rows) ?? [], model.list)
        page.titleLeft = StyledText("Analysis of \(topic)")
        page.titleRight = update.map { state($0, model) }
        page.header = update.map { head($0, model) } ?? []
        page.footer = update.map(footer) ?? []
        page.nothingWrong = "Everything that was read of \(topic) is whole."
        page.empty = [empty(topic, update, model)]
        return page
    }

    private static func key(_ row: Row, _ topic: String) -> String {
        row.partition.map { "\(topic)/\($0)" } ?? "others"
    }

    private static func rows(_ update: AnalysisUpdate) -> [Row] {
        let own = update.figures.partitions.sorted { $0.key < $1.key }.map { Row(partition: $0.key, part: $0.value) }
        return own + (update.figures.others.map { [Row(partition: nil, part: $0)] } ?? [])
    }

    /// The popup of a row; nil when it is not one of this analysis.
    static func details(_ id: String, _ topic: String, _ model: Model) -> TextPopup? {
        guard let update = model.analyses[topic] else { return nil }
        guard let row = rows(update).first(where: { key($0, topic) == id }) else { return nil }
        let title = row.partition == nil ? "The other partitions of \(topic)" : id
        return AnalysisText.details(title, row.part, update, model)
    }

    private static func value(_ row: Row, _ column: String) -> SortValue {
        let part = row.part
        return switch column {
        case "p": .number(row.partition.map(Int64.init))
        case "messages": .int(part.messages)
        case "first": .number(part.offsets?.lowerBound)
        case "last": .number(part.offsets?.upperBound)
        case "from": .number(part.times?.lowerBound)
        case "to": .number(part.times?.upperBound)
        case "nokey": .int(part.keys.nulls)
        case "novalue": .int(part.values.nulls)
        case "keys": .int(part.keys.unique)
        case "values": .int(part.values.unique)
        case "avg": .optional(part.values.mean)
        case "max": .number(part.values.sizes.map { Int64($0.upperBound) })
        default: .unknown
        }
    }

    private static func cells(_ row: Row, _ model: Model) -> [String: StyledText] {
        let part = row.part
        func offset(_ offset: Offset?) -> StyledText {
            offset.map { StyledText(MessagesScreen.offset($0), .number) } ?? Figure.none
        }
        func time(_ time: Timestamp?) -> StyledText {
            time.map { StyledText(String(Format.dayAndMinute($0, zone: model.zone).dropFirst(5)), .timestamp) }
                ?? Figure.none
        }
        func bytes(_ bytes: Int?) -> StyledText { bytes.map { Figure.bytes(Int64($0)) } ?? Figure.none }
        func unique(_ figures: PayloadFigures) -> StyledText {
            Figure.count(Int64(figures.unique), estimate: figures.unique > 1, width: 9)
        }
        return [
            "p": StyledText(row.partition.map { "\($0)" } ?? "others", part.damaged > 0 ? .healthBad : .number),
            "messages": Figure.count(Int64(part.messages), width: 9),
            "first": offset(part.offsets?.lowerBound), "last": offset(part.offsets?.upperBound),
            "from": time(part.times?.lowerBound), "to": time(part.times?.upperBound),
            "nokey": Figure.bad(part.keys.nulls, role: .number, width: 7),
            "novalue": Figure.bad(part.values.nulls, role: .number, width: 8),
            "keys": unique(part.keys), "values": unique(part.values),
            "avg": bytes(part.values.mean.map { Int($0.rounded()) }), "max": bytes(part.values.sizes?.upperBound),
        ]
    }

    /// How far it is, and what leads on.
    private static func state(_ update: AnalysisUpdate, _ model: Model) -> StyledText {
        let share = Format.progress(update.share)
        switch update.state {
        case .reading: return StyledText("reading \(share)")
        case .stopped: return StyledText("stopped at \(share)", .healthDegraded)
        case .done:
            let age = Format.age(Double(max(0, model.shownNow - update.at)) / 1_000)
            return StyledText("all read, \(age) ago")
        }
    }

    private static func head(_ update: AnalysisUpdate, _ model: Model) -> [StyledText] {
        let all = update.figures.all
        let width = Frame.body(model.size).insideBox.width - 2
        var lines: [StyledText] = []
        if update.state != .done { lines += [progress(update, model), ""] }
        lines.append(summary(update, model))
        lines += AnalysisText.payloads(all, width: width)
        return lines + [AnalysisText.course(all, width: width, model), ""]
    }

    private static func progress(_ update: AnalysisUpdate, _ model: Model) -> StyledText {
        var text = Format.progress(update.share).leftPadded(to: 6)
        if let rate = update.rate {
            text += "   \(Format.rate(rate))/s"
            if rate > 0 { text += "   left \(Format.duration((Double(update.left) / rate).rounded()))" }
        }
        return StyledText(Chart.bar(done: update.share, width: 30, glyphs: model.glyphs), .progress)
            + StyledText(text)
    }

    private static func summary(_ update: AnalysisUpdate, _ model: Model) -> StyledText {
        let all = update.figures.all
        var text = "\(Format.count(all.messages)) messages   \(Format.bytes(all.keys.bytes + all.values.bytes))"
        if let offsets = all.offsets, model.size.width >= 100 {
            text += "   \(MessagesScreen.offset(offsets.lowerBound)) … \(MessagesScreen.offset(offsets.upperBound))"
        }
        if let times = all.times {
            let ends = [times.lowerBound, times.upperBound].map { Format.dayAndMinute($0, zone: model.zone) }
            text += "   \(ends[0]) … \(ends[1])"
        }
        return StyledText(text)
    }

    private static func footer(_ update: AnalysisUpdate) -> [StyledText] {
        var lines: [StyledText] = []
        if let problem = update.problem { lines.append(StyledText(problem, .healthDegraded)) }
        if !update.silent.isEmpty {
            let names = update.silent.prefix(12).map(String.init).joined(separator: ", ")
            let more = update.silent.count > 12 ? " and \(update.silent.count - 12) more" : ""
            lines.append(StyledText("not read, without a leader or an answer: partition \(names)\(more)", .stale))
        }
        let damaged = update.figures.all.damaged
        if damaged > 0 {
            lines.append(StyledText("\(AnalysisText.damage(damaged)): ! shows where", .healthBad))
        }
        let error = Format.percent(HyperLogLog.standardError)
        return lines + [StyledText("≈ is within \(error) two times of three; percentiles are within 1.6 %", .muted)]
    }

    private static func empty(_ topic: String, _ update: AnalysisUpdate?, _ model: Model) -> StyledText {
        if update?.state == .done { return StyledText("\(topic) holds no messages.") }
        if update == nil, model.snapshot.topic(topic) == nil {
            return StyledText("There is no topic \(topic) any more. Esc goes back.")
        }
        return StyledText(update?.state == .reading ? "reading" : "Nothing was read. c reads the topic.", .muted)
    }
}
