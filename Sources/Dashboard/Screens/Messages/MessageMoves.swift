import KafkaProtocol
import TerminalUI

/// What keys do on the messages screen.
enum MessageMoves {
    /// Messages shown of each partition before following begins.
    private static let look = SeekTarget.last(50)

    /// Opens screen 6 on topics, following their ends.
    static func open(topics: [String], _ model: inout Model) -> [Command] {
        guard !topics.isEmpty else { return [] }
        return Navigation.go(.messages, &model) + begin(topics: topics, from: look, &model)
    }

    /// Opens screen 6 on some partitions of a topic.
    static func open(topic: String, partitions: Set<Int32>, _ model: inout Model) -> [Command] {
        let commands = Navigation.go(.messages, &model)
        return commands + start(ReadRequest(topics: [topic], partitions: partitions, from: .last(100)), &model)
    }

    /// Opens screen 6 on one partition with the cursor on an offset.
    static func open(_ id: TopicPartition, from offset: Offset, _ model: inout Model) -> [Command] {
        let request = ReadRequest(
            topics: [id.topic], partitions: [id.partition], from: .partitions([id.partition: offset]))
        let commands = Navigation.go(.messages, &model) + start(request, &model)
        model.messages.isFollowing = false
        return commands
    }

    /// Begins to read topics, unless they are being read.
    static func begin(topics: [String], from: SeekTarget, _ model: inout Model) -> [Command] {
        if let request = model.messages.request, request.topics == topics, model.messages.isReading { return [] }
        return start(ReadRequest(topics: topics, from: from == .end ? look : from), &model)
    }

    static func start(_ request: ReadRequest, _ model: inout Model) -> [Command] {
        var request = request
        for topic in request.topics { request.formats[topic] = model.messages.formats(of: topic) }
        let begun = model.messages.begin(request)
        if request.continuing == nil { model.list = ListState() }
        return [.read(begun)]
    }

    /// Reads again with another filter: a scan from where the reading began, from the beginning when it only followed.
    static func filter(_ text: String, _ model: inout Model) -> [Command] {
        guard var request = model.messages.request else { return [] }
        let filter = MessageFilter(text, now: model.now, zone: model.zone)
        if let error = filter.error {
            model.say(error, .warn)
            return []
        }
        request.continuing = nil
        request.filter = filter
        if filter.expression == nil, request.until == nil {
            request.from = look
        } else if request.follow, request.from == look || request.from == .end {
            request.from = .beginning
        }
        request.follow = !request.isBounded
        return start(request, &model)
    }

    /// Reads from another place.
    static func seek(_ text: String, _ model: inout Model) -> [Command] {
        guard var request = model.messages.request else { return [] }
        switch SeekText.span(text, now: model.now, zone: model.zone) {
        case .success(let span):
            request.from = span.from
            request.until = span.until
            request.continuing = nil
            if case .partitions(let offsets) = span.from { request.partitions = Set(offsets.keys) }
            request.follow = !request.isBounded
            let commands = start(request, &model)
            if request.follow { model.messages.isFollowing = span.from == .end }
            return commands
        case .failure(let failure):
            model.say(failure.text, .warn)
            return []
        }
    }

    /// Reads only some partitions: `0 3 5-8`, or nothing for all.
    static func choosePartitions(_ text: String, _ model: inout Model) -> [Command] {
        guard var request = model.messages.request else { return [] }
        guard let chosen = partitions(text) else {
            model.say("not partition numbers: \(text)", .warn)
            return []
        }
        let known = Set(request.topics.flatMap { model.snapshot.topic($0)?.partitions.map(\.id) ?? [] })
        if let wrong = chosen.first(where: { !known.contains($0) }) {
            model.say("no partition \(wrong) in \(request.name)", .warn)
            return []
        }
        request.continuing = nil
        request.partitions = chosen.isEmpty ? nil : chosen
        return start(request, &model)
    }

    private static func partitions(_ text: String) -> Set<Int32>? {
        var chosen: Set<Int32> = []
        for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
            let ends = word.split(separator: "-").map { Int32($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last,
                last - first < 10_000, !word.hasPrefix("-")
            else { return nil }
            chosen.formUnion(first...last)
        }
        return chosen
    }

    /// Follow on and off. After a scan it goes on where the scan ended, with the filter.
    static func follow(_ model: inout Model) -> [Command] {
        guard var request = model.messages.request else { return [] }
        if model.messages.isReading, request.follow {
            model.messages.isFollowing.toggle()
            model.messages.missed = 0
            model.list.cursorID = nil
            model.list.table.cursor = max(0, model.messages.shown.count - 1)
            return []
        }
        request.follow = true
        request.until = nil
        request.continuing = model.messages.last
        return start(request, &model)
    }

    /// Enter: the message in full, or the topics chosen.
    static func enter(_ model: inout Model) -> [Command] {
        guard let page = Screens.list(model) else { return [] }
        if model.messages.request == nil {
            let topics = page.chosen(model.list)
            return topics.isEmpty ? [] : begin(topics: topics, from: look, &model)
        }
        let shown = model.messages.shown
        let index = page.cursor(model.list)
        guard shown.indices.contains(index) else {
            if let popup = SkippedMessages.popup(model) { model.popup = .text(popup) }
            return []
        }
        let message = shown[index]
        model.messages.isFollowing = false
        model.list.cursorID = message.id
        model.list.table.cursor = model.messages.kept.firstIndex { $0.id == message.id } ?? index
        model.popup = .message(MessagePopup(message: message))
        return []
    }

    /// Says that a reading has come to the end it was given.
    static func sayEnd(_ update: ReadUpdate, _ model: inout Model) {
        guard update.state == .atEnd, let request = model.messages.request, update.reading == request.number,
            let until = request.until
        else { return }
        let matched = Format.count(Int(update.matched))
        let noun = "message\(update.matched == 1 ? "" : "s")"
        model.say("\(request.name) is read to \(name(until, model)): \(matched) \(noun)", .ok)
    }

    /// An end as titles have it: `12:30:00`, `offset 200`.
    static func name(_ end: ReadEnd, _ model: Model) -> String {
        switch end {
        case .offset(let offset): "offset \(MessagesScreen.offset(offset))"
        case .time(let at): Format.moment(at, now: model.now, zone: model.zone)
        }
    }

    /// Stops a scan and keeps what it found.
    static func stop(_ model: inout Model) -> [Command] {
        model.messages.isReading = false
        model.say("stopped; c continues")
        return [.stopReading]
    }

    /// Continues a scan that was stopped.
    static func resume(_ model: inout Model) -> [Command] {
        guard var request = model.messages.request, !model.messages.isReading, let last = model.messages.last else {
            return []
        }
        if last.state == .atEnd, !request.follow {
            model.say(request.until == nil ? "everything was scanned; f follows what comes" : "it has come to its end")
            return []
        }
        request.continuing = last
        return start(request, &model)
    }

    /// After a pause at the most matches that are kept: the next ones in their place.
    static func more(_ model: inout Model) -> [Command] {
        guard model.messages.last?.state == .full, !model.messages.isReading else {
            model.say("a scan pauses at \(Format.count(DashboardLimits.messages)) matches; n reads on from there")
            return []
        }
        model.messages.forgetMatches()
        model.list = ListState()
        return resume(&model)
    }

    /// `y`: something of the marked messages, else of the one under the cursor.
    static func copy(_ model: inout Model) -> [Command] { CopyChoice.open(chosen(model), &model) }

    /// The marked messages in their order, as far as they are still kept.
    static func marked(_ model: Model) -> [ReadMessage] {
        let marks = model.list.marks
        return marks.isEmpty ? [] : model.messages.kept.filter { marks.contains($0.id) }
    }

    /// The marked messages, else the one under the cursor.
    private static func chosen(_ model: Model) -> [ReadMessage] {
        let marked = marked(model)
        if !marked.isEmpty { return marked }
        let shown = model.messages.shown
        guard let index = Screens.list(model)?.cursor(model.list), shown.indices.contains(index) else { return [] }
        return [shown[index]]
    }

    /// What `C-s` saves: the marked messages, else all that are kept.
    static func saved(_ model: Model) -> [ReadMessage] {
        let marked = marked(model)
        return marked.isEmpty ? model.messages.kept : marked
    }

    /// `P`: the marked messages once more, else a new one.
    static func produce(_ model: inout Model) -> [Command] {
        let marked = marked(model)
        return marked.isEmpty ? ProduceForm.open(copying: nil, &model) : ReplayForm.open(marked, &model)
    }

    /// A key or value as text: decoded where its format does, hex where it is not text.
    static func text(_ bytes: [UInt8]?, of message: ReadMessage, isKey: Bool, _ model: Model) -> String {
        guard let bytes else { return "" }
        let formats = model.messages.formats(of: message.topic)
        switch Payload.decode(bytes, isKey ? formats.key : formats.value, message, isKey: isKey).0 {
        case .text(let text), .json(let text): return text
        case .bytes: return Payload.hex(bytes)
        }
    }

    /// The next format of the values of the topic under the cursor.
    static func nextFormat(_ model: inout Model) -> [Command] {
        guard let topic = topicUnderCursor(model) else { return [] }
        var formats = model.messages.formats(of: topic)
        let all = PayloadFormat.allCases
        let index = all.firstIndex(of: formats.value) ?? 0
        formats.value = all[(index + 1) % all.count]
        return use(formats, for: topic, &model)
    }

    /// `value hex`, `key uuid`, `hex`: formats as typed.
    static func format(_ text: String, _ model: inout Model) -> [Command] {
        guard let topic = topicUnderCursor(model) else { return [] }
        var formats = model.messages.formats(of: topic)
        let words = text.lowercased().split(separator: " ").map(String.init)
        guard let name = words.last, let format = PayloadFormat(rawValue: name), words.count <= 2,
            words.count == 1 || ["key", "value"].contains(words[0])
        else {
            let names = PayloadFormat.allCases.map(\.rawValue).joined(separator: " ")
            model.say("no format \"\(text)\": key or value, then \(names)", .warn)
            return []
        }
        if words.first == "key", words.count == 2 { formats.key = format } else { formats.value = format }
        return use(formats, for: topic, &model)
    }

    /// The fields that have columns of their own, of all topics shown.
    static func fields(_ model: Model) -> [String] {
        var found: [String] = []
        for topic in model.messages.request?.topics ?? [] {
            for field in model.messages.formats(of: topic).fields where !found.contains(field) { found.append(field) }
        }
        return Array(found.prefix(DashboardLimits.fields))
    }

    /// Gives fields of JSON values columns: `user.id type`, or nothing for none.
    static func chooseFields(_ text: String, _ model: inout Model) -> [Command] {
        let separators: Set<Character> = [" ", ",", "\t"]
        let names = text.split(whereSeparator: { separators.contains($0) }).map(String.init)
        let fields = names.map { $0.hasPrefix("value.") ? String($0.dropFirst(6)) : $0 }
        guard fields.count <= DashboardLimits.fields else {
            model.say("at most \(DashboardLimits.fields) fields", .warn)
            return []
        }
        model.say(fields.isEmpty ? "no fields" : "fields \(fields.joined(separator: ", "))")
        return (model.messages.request?.topics ?? []).map { topic in
            var formats = model.messages.formats(of: topic)
            formats.fields = fields
            model.messages.use(formats, for: topic)
            return .keepFormats(formats, topic: topic)
        }
    }

    private static func use(_ formats: PayloadFormats, for topic: String, _ model: inout Model) -> [Command] {
        model.messages.use(formats, for: topic)
        model.say("\(topic): key \(formats.key.rawValue), value \(formats.value.rawValue)")
        return [.keepFormats(formats, topic: topic)]
    }

    private static func topicUnderCursor(_ model: Model) -> String? {
        let shown = model.messages.shown
        if let page = Screens.list(model), model.messages.request != nil {
            let index = page.cursor(model.list)
            if shown.indices.contains(index) { return shown[index].topic }
        }
        return model.messages.request?.topics.first
    }

    /// Reads again with or without what open and aborted transactions wrote.
    static func committedOnly(_ model: inout Model) -> [Command] {
        guard var request = model.messages.request else { return [] }
        request.committedOnly.toggle()
        request.continuing = nil
        model.say(
            request.committedOnly
                ? "committed only: open and aborted transactions are left out"
                : "all messages, those of open and aborted transactions too")
        return start(request, &model)
    }

    /// Back to the choice of topics.
    static func chooseTopics(_ model: inout Model) -> [Command] {
        model.messages.request = nil
        model.messages.isReading = false
        model.list = ListState()
        return [.stopReading]
    }
}
