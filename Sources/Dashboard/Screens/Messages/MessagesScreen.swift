import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Screen 6: messages of one or more topics, following or scanning.
enum MessagesScreen {
    static func list(_ model: Model) -> ListPage {
        guard let request = model.messages.request else { return choose(model) }
        let shown = model.messages.shown
        let narrow = model.size.width < 100
        let words = request.filter.matchWords
        var page = ListPage(
            title: request.name, columns: columns(request, narrow: narrow, model), ids: shown.map(\.id),
            total: shown.count, sort: TableSort(column: "none"),
            row: {
                TableRow(
                    cells(shown[$0], words: words, narrow: narrow, model),
                    marked: !model.list.marks.isEmpty && model.list.marks.contains(shown[$0].id))
            })
        page.isFollowed = true
        if let last = model.messages.last, SkippedMessages.areListed(model) {
            page.ids = RowIDs(shown.map(\.id) + [SkippedMessages.id])
            let found = shown.isEmpty ? emptyText(request, model) : nil
            page.row = { [row = page.row] in $0 < shown.count ? row($0) : SkippedMessages.row(last, found: found) }
            let index = page.cursor(model.list)
            page.bottomRight = StyledText(
                index < shown.count ? "\(Format.count(index + 1))/\(Format.count(shown.count))" : "skipped", .muted)
        }
        page.titleLeft = title(request, model)
        page.titleRight = state(model)
        page.header = ScanHead.lines(model)
        page.bottomLeft = keptText(request, model)
        if request.follow, model.messages.isFollowing, model.messages.isReading, !shown.isEmpty {
            page.bottomRight = StyledText("follow", .muted)
        }
        page.empty = [emptyText(request, model)]
        let index = page.cursor(model.list)
        if model.list.wide, shown.indices.contains(index) {
            page.bottom = wrapped(shown[index], model)
            page.bottomDivider = true
        }
        return page
    }

    /// The value under the cursor on as many lines as it takes, up to a third of the screen; the first is a line across.
    private static func wrapped(_ message: ReadMessage, _ model: Model) -> [StyledText] {
        let text = Payload.flat(
            message.damage ?? MessageMoves.text(message.value, of: message, isKey: false, model),
            limit: DashboardLimits.wrappedCharacters)
        let width = max(20, Frame.body(model.size).width - 4)
        let lines = Wrap.lines(message.value == nil && message.damage == nil ? "(null)" : text, width: width)
        let most = max(2, model.size.height / 3)
        let more = lines.count > most ? [StyledText("Enter shows all of it", .muted)] : []
        return [""] + lines.prefix(lines.count > most ? most - 1 : most).map { StyledText($0) } + more
    }

    private static func columns(_ request: ReadRequest, narrow: Bool, _ model: Model) -> [TableColumn] {
        let topics = request.topics.compactMap { model.snapshot.topic($0) }
        let partitions = topics.map(\.partitions.count).max() ?? 1
        let largest = topics.flatMap(\.partitions).compactMap { $0.offsets?.value.latest }.max() ?? 0
        var columns: [TableColumn] = [
            .words("time", title: "TIME", width: model.list.wide ? 30 : narrow ? 8 : 12, dropOrder: 32, gap: 0),
            .number("p", title: "P", width: max(2, "\(max(0, partitions - 1))".count)),
            .number("offset", title: "OFFSET", width: max(9, "\(largest)".count), dropOrder: 31),
            .words("key", title: "KEY", width: narrow ? 10 : 14, dropOrder: 30),
            TableColumn("value", title: "VALUE", width: .rest(min: 20), gap: 1),
            .number("size", title: "SIZE", width: 8, dropOrder: 1),
        ]
        if model.list.wide { columns.insert(.words("type", title: "TYPE", width: 13), at: 1) }
        if request.topics.count > 1 {
            columns.insert(TableColumn("topic", title: "TOPIC", width: .fixed(16), cut: .middle), at: 1)
        }
        let fields = MessageMoves.fields(model)
        let value = columns.firstIndex { $0.id == "value" } ?? columns.count
        columns.insert(
            contentsOf: fields.enumerated().map { index, field in
                .words("field.\(index)", title: field.uppercased(), width: 14, dropOrder: 1 + fields.count - index)
            }, at: value)
        return columns
    }

    /// Without a topic: the topics, to choose one or mark some.
    private static func choose(_ model: Model) -> ListPage {
        var page = TopicsScreen.list(model)
        page.titleLeft = "Messages of which topics? Space marks several"
        return page
    }

    private static func title(_ request: ReadRequest, _ model: Model) -> StyledText {
        var text = request.name
        let isScan = request.filter.expression != nil
        if let partitions = request.partitions {
            let names = partitions.sorted().map(String.init).joined(separator: ",")
            text += "   partition \(names)"
        } else if !isScan {
            let count = request.topics.reduce(0) { $0 + (model.snapshot.topic($1)?.partitions.count ?? 0) }
            let away = unread(request, model).count
            text +=
                away > 0
                ? "   \(count - away) of \(count) partitions"
                : count == 1 ? "   its only partition" : "   all \(count) partitions"
        }
        if isScan { text += " ── \(request.filter.text)" }
        switch request.from {
        case .beginning: text += " ── from beginning"
        case .end: break
        case .last(let count): if isScan || !request.follow { text += " ── last \(count) of each partition" }
        case .offset(let offset): text += " ── from \(offset)"
        case .partitions(let offsets) where offsets.count == 1:
            text += " ── from \(offsets.values.first.map(Self.offset) ?? "")"
        case .partitions: text += " ── from given offsets"
        case .time(let at): text += " ── from \(Format.moment(at, now: model.now, zone: model.zone))"
        }
        if let until = request.until { text += " to \(MessageMoves.name(until, model))" }
        let marked = MessageMoves.marked(model).count
        if marked > 0 { text += " ── \(Format.count(marked)) marked" }
        if request.committedOnly { text += " ── committed only" }
        if request.topics.contains(where: { model.cluster.masking.of($0) != nil }) { text += " ── masked" }
        if request.follow, model.messages.isFollowing, model.messages.isReading { text += " ── following" }
        let formats = request.topic.map { model.messages.formats(of: $0) } ?? PayloadFormats()
        if formats.key != .automatic { text += " ── key as \(formats.key.rawValue)" }
        if formats.value != .automatic { text += " ── value as \(formats.value.rawValue)" }
        return StyledText(text)
    }

    /// Partitions that were to be read and are not: those without a leader, which a scan cannot look into.
    private static func unread(_ request: ReadRequest, _ model: Model) -> [TopicPartition] {
        guard let read = model.messages.last?.progress, !read.isEmpty else { return [] }
        return request.topics.flatMap { name in
            (model.snapshot.topic(name)?.partitions ?? []).map { TopicPartition(name, $0.id) }
        }.filter { read[$0] == nil && request.partitions?.contains($0.partition) ?? true }
    }

    private static func state(_ model: Model) -> StyledText {
        let messages = model.messages
        guard let request = messages.request else { return "" }
        if model.report != nil, let gone = request.topics.first(where: { model.snapshot.topic($0) == nil }) {
            return StyledText(request.topics.count == 1 ? "the topic is gone" : "\(gone) is gone", .healthBad)
        }
        guard request.follow else {
            let isScan = request.filter.expression != nil
            if messages.isReading {
                return StyledText("\(isScan ? "scanning" : "reading") \(Format.progress(messages.last?.share ?? 0))")
            }
            switch messages.last?.state {
            case .atEnd?:
                let away = unread(request, model).count
                let done = isScan ? "all scanned" : "all read"
                return away == 0
                    ? StyledText(done) : StyledText("\(done) but \(PartitionNames.count(away))", .healthDegraded)
            case .full?:
                return StyledText("paused at \(Format.count(DashboardLimits.messages)) matches", .healthDegraded)
            default: return StyledText("stopped at \(Format.progress(messages.last?.share ?? 0))", .healthDegraded)
            }
        }
        if !messages.isReading { return "stopped" }
        let rate = messages.last?.rate.map { "   \(Format.rate($0))/s" } ?? ""
        if messages.isFollowing { return StyledText("f stop\(rate)") }
        if messages.missed == 0, let share = messages.last?.share, share < 1 {
            return StyledText("reading \(Format.progress(share))")
        }
        return StyledText("stopped, \(Format.shortCount(messages.missed)) new", .healthDegraded)
    }

    /// How many are kept of how many that came, and whether all are drawn.
    private static func keptText(_ request: ReadRequest, _ model: Model) -> StyledText? {
        let messages = model.messages
        guard request.follow, !messages.kept.isEmpty else { return nil }
        let all = Int(messages.dropped) + messages.kept.count
        let kept =
            all == messages.kept.count
            ? Format.count(all) : "\(Format.count(messages.kept.count)) of \(Format.count(all))"
        var text = "kept \(kept) (\(Format.bytes(messages.keptBytes)))"
        if messages.isFollowing, messages.thins, let rate = messages.last?.rate,
            rate > Double(DashboardLimits.rowsPerSecond)
        {
            text += "; shown \(DashboardLimits.rowsPerSecond)/s of \(Format.rate(rate))/s"
        }
        return StyledText(text, .muted)
    }

    private static func emptyText(_ request: ReadRequest, _ model: Model) -> StyledText {
        let messages = model.messages
        if let problem = messages.last?.problem { return StyledText(problem, .healthBad) }
        if request.filter.expression != nil, let last = messages.last {
            let scanned = Format.count(Int(last.scanned))
            let away = unread(request, model)
            if last.state == .atEnd, !away.isEmpty {
                let leaderless = away.allSatisfy { model.snapshot.partition($0)?.servingLeader == nil }
                return StyledText(
                    "No match in \(scanned) messages. \(PartitionNames.list(away, limit: 4)) could not be read: "
                        + (leaderless ? "no leader." : "no answer."), .healthDegraded)
            }
            let meant = request.filter.meant.map { " / then \($0) looks into that field." } ?? ""
            return last.state == .atEnd
                ? StyledText("No match in \(scanned) messages (all scanned).\(meant)")
                : StyledText("No match yet: \(scanned) of \(Format.count(Int(last.total))) scanned.")
        }
        if request.from == .end { return StyledText("Waiting for new messages. o goes back in time.", .muted) }
        let range = request.until.map { "up to \(MessageMoves.name($0, model))" } ?? "on"
        return messages.last?.share == 1
            ? StyledText("No messages in \(request.name) from there \(range).") : StyledText("reading", .muted)
    }

    private static func cells(
        _ message: ReadMessage, words: [String], narrow: Bool, _ model: Model
    ) -> [String: StyledText] {
        let formats = model.messages.formats(of: message.topic)
        let time =
            model.list.wide
            ? Format.fullTime(message.timestamp, zone: model.zone)
            : narrow
                ? Format.time(message.timestamp, zone: model.zone)
                : Format.preciseTime(message.timestamp, zone: model.zone)
        var key = Payload.line(message.key, formats.key, message, isKey: true)
        var value = Payload.line(message.value, formats.value, message, isKey: false)
        if let damage = message.damage {
            key = Figure.none
            value = StyledText(damage, .healthBad)
        } else if !words.isEmpty {
            key = Matches.highlight(key, words: words)
            value = Matches.highlight(value, words: words)
        }
        var cells = fieldCells(message, formats, model)
        let own = [
            "time": StyledText(time, .timestamp),
            "topic": StyledText(message.topic),
            "type": StyledText(message.isLogAppendTime ? "LogAppendTime" : "CreateTime", .muted),
            "p": StyledText("\(message.partition)", .number),
            "offset": StyledText(offset(message.offset), .number),
            "key": key,
            "value": value,
            "size": StyledText(Format.bytes(message.value?.count ?? 0), .muted),
        ]
        cells.merge(own) { $1 }
        return cells
    }

    /// The cells of fields that have columns of their own; `—` where a value has none.
    private static func fieldCells(
        _ message: ReadMessage, _ formats: PayloadFormats, _ model: Model
    ) -> [String: StyledText] {
        let fields = MessageMoves.fields(model)
        guard !fields.isEmpty else { return [:] }
        let value = Payload.searchable(message.value, formats.value, message, isKey: false) ?? []
        var cells: [String: StyledText] = [:]
        for (index, field) in fields.enumerated() {
            let path = field.split(separator: ".").map(String.init)
            let found = (JSONReader.values(at: path, in: value) ?? []).map { Payload.flat($0.plain) }
            cells["field.\(index)"] = found.isEmpty ? Figure.none : StyledText(found.joined(separator: ", "))
        }
        return cells
    }

    /// An offset is an address, so it is never rounded: with separators while they fit, else all its digits.
    static func offset(_ offset: Offset) -> String {
        offset < 10_000_000 ? Format.count(Int(offset)) : "\(offset)"
    }
}
