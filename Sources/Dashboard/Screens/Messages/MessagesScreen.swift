import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Screen 6: messages of one topic, following or scanning.
enum MessagesScreen {
    static let columns: [TableColumn] = [
        .words("time", title: "TIME", width: 12, gap: 0),
        .number("p", title: "P", width: 3),
        .number("offset", title: "OFFSET", width: 10),
        .words("key", title: "KEY", width: 14),
        TableColumn("value", title: "VALUE", width: .rest(min: 20), gap: 1),
        .number("size", title: "SIZE", width: 8, dropOrder: 1),
    ]

    static func list(_ model: Model) -> ListPage {
        guard let request = model.messages.request else { return choose(model) }
        let kept = model.messages.kept
        let narrow = model.size.width < 100
        let words = Filter(request.filter).matchWords
        var page = ListPage(
            title: request.topic, columns: columns, ids: kept.map { "\($0.partition)/\($0.offset)" },
            total: kept.count, sort: TableSort(column: "none"),
            row: { TableRow(cells(kept[$0], words: words, narrow: narrow, model)) })
        page.isFollowed = true
        page.titleLeft = title(request, model)
        page.titleRight = state(model)
        page.header = scanLines(model)
        page.bottomLeft = keptText(model)
        page.empty = [emptyText(request, model)]
        return page
    }

    /// Without a topic: the topics, to choose one.
    private static func choose(_ model: Model) -> ListPage {
        var page = TopicsScreen.list(model)
        page.titleLeft = "Messages of which topic?"
        return page
    }

    private static func title(_ request: ReadRequest, _ model: Model) -> StyledText {
        let count = model.snapshot.topic(request.topic)?.partitions.count ?? 0
        var text = request.topic
        if let partitions = request.partitions {
            let names = partitions.sorted().map(String.init).joined(separator: ",")
            text += "   partition \(names)"
        } else {
            text += count == 1 ? "   its only partition" : "   all \(count) partitions"
        }
        if !request.filter.isEmpty { text += " ── \(request.filter)" }
        switch request.from {
        case .beginning: text += " ── from beginning"
        case .end: break
        case .last(let count): text += " ── last \(count)"
        case .offset(let offset): text += " ── from \(offset)"
        case .partitions: text += " ── from given offsets"
        case .time(let at): text += " ── from \(Format.moment(at, now: model.now, zone: model.zone))"
        }
        return StyledText(text)
    }

    private static func state(_ model: Model) -> StyledText {
        let messages = model.messages
        if messages.request?.follow == false {
            guard messages.isReading else { return messages.last?.atEnd == true ? "all scanned" : "stopped" }
            return StyledText("scanning \(share(messages).map { Format.progress($0) } ?? "")")
        }
        if !messages.isReading { return "stopped" }
        let rate = messages.last?.rate.map { "   \(Format.rate($0))/s" } ?? ""
        return messages.isFollowing
            ? StyledText("following\(rate)")
            : StyledText("stopped, \(Format.shortCount(messages.missed)) new", .healthDegraded)
    }

    private static func share(_ messages: MessagesState) -> Double? {
        guard let progress = messages.last?.progress.values, !progress.isEmpty else { return nil }
        let total = progress.reduce(0) { $0 + max(0, $1.end - $1.start) }
        let done = progress.reduce(0) { $0 + max(0, min($1.position, $1.end) - $1.start) }
        return total == 0 ? 1 : Double(done) / Double(total)
    }

    private static func scanLines(_ model: Model) -> [StyledText] {
        let messages = model.messages
        guard let request = messages.request, request.follow == false || !request.filter.isEmpty,
            let last = messages.last
        else { return [] }
        let total = last.progress.values.reduce(0) { $0 + max(0, $1.end - $1.start) }
        let matched = Int(messages.dropped) + messages.kept.count
        var line = "scanned  \(Format.count(Int(last.scanned))) of \(Format.count(Int(total))) messages"
        line += "   \(Format.bytes(Int(last.bytes)))"
        if let rate = last.rate, messages.isReading {
            line += "   \(Format.rate(rate))/s"
            if rate > 0, let share = share(messages), share < 1 {
                line += "   left \(Format.duration(Double(total) * (1 - share) / rate))"
            }
        }
        line += "        matched  \(Format.count(matched))"
        var lines = [StyledText(line)]
        let slowest = last.progress.sorted { $0.key < $1.key }.prefix(6)
        for pair in stride(from: 0, to: slowest.count, by: 2) {
            var text = StyledText(spans: [])
            for (partition, progress) in slowest.dropFirst(pair).prefix(2) {
                let span = max(1, progress.end - progress.start)
                let done = Double(max(0, progress.position - progress.start)) / Double(span)
                text += StyledText("partition \(partition)".padded(to: 13))
                text += StyledText(
                    Chart.bar(done: progress.end <= progress.start ? 1 : done, width: 20, glyphs: model.glyphs),
                    .progress)
                text += StyledText(Format.progress(progress.end <= progress.start ? 1 : done).leftPadded(to: 7))
                text += StyledText(Format.count(Int(progress.scanned)).leftPadded(to: 11) + "      ")
            }
            lines.append(text)
        }
        return lines + [""]
    }

    private static func keptText(_ model: Model) -> StyledText? {
        let messages = model.messages
        guard !messages.kept.isEmpty else { return nil }
        let all = Int(messages.dropped) + messages.kept.count
        let kept =
            all == messages.kept.count
            ? Format.count(all) : "\(Format.count(messages.kept.count)) of \(Format.count(all))"
        return StyledText("kept \(kept) (\(Format.bytes(messages.keptBytes)))", .muted)
    }

    private static func emptyText(_ request: ReadRequest, _ model: Model) -> StyledText {
        if let problem = model.messages.last?.problem { return StyledText(problem, .healthBad) }
        if !request.filter.isEmpty, let last = model.messages.last {
            return last.atEnd
                ? StyledText("No match in \(Format.count(Int(last.scanned))) messages (all scanned).")
                : StyledText("No match yet: \(Format.count(Int(last.scanned))) scanned.")
        }
        if request.from == .end { return StyledText("Waiting for new messages. o goes back in time.", .muted) }
        return model.messages.last?.atEnd == true
            ? StyledText("No messages in \(request.topic) from there on.") : StyledText("reading", .muted)
    }

    private static func cells(
        _ message: ReadMessage, words: [String], narrow: Bool, _ model: Model
    ) -> [String: StyledText] {
        let time =
            narrow
            ? Format.time(message.timestamp, zone: model.zone) : Format.preciseTime(message.timestamp, zone: model.zone)
        var value = Payload.line(message.value, json: true)
        if !words.isEmpty { value = Matches.highlight(value, words: words) }
        return [
            "time": StyledText(time, .timestamp),
            "p": StyledText("\(message.partition)", .number),
            "offset": StyledText(Format.count(Int(message.offset)), .number),
            "key": Payload.line(message.key),
            "value": value,
            "size": StyledText(Format.bytes(message.value?.count ?? 0), .muted),
        ]
    }
}
