import KafkaProtocol
import TerminalUI

/// One message in full.
enum MessageView {
    /// Cells of the popup, its border included.
    private static let outerWidth = 84

    /// Cells of a line inside the popup, on this terminal.
    static func width(_ model: Model) -> Int {
        Popups.area(width: outerWidth, lines: 1, in: Frame.body(model.size)).width - 4
    }

    static func handle(_ key: Key, _ popup: MessagePopup, _ model: inout Model) -> [Command] {
        if PopupText.handle(key, &model) { return [] }
        var popup = popup
        switch key {
        case .escape, .enter, .character("q"):
            model.popup = nil
            return []
        case .character("["): step(-1, &popup, &model)
        case .character("]"): step(1, &popup, &model)
        case .tab, .backTab:
            let count = MessagePopup.Style.allCases.count
            let next = popup.style.rawValue + (key == .tab ? 1 : count - 1)
            popup.style = MessagePopup.Style(rawValue: next % count) ?? .pretty
            popup.scroll = 0
            popup.search.line = nil
        case .character("y"): return CopyChoice.open([popup.message], under: popup, &model)
        case .control("s"): return Prompts.open(.saveMessage, &model)
        case .character("P"): return ProduceForm.open(copying: popup.message, &model)
        default: return []
        }
        model.popup = .message(popup)
        return []
    }

    /// The message before or after, with the cursor of the list on it.
    private static func step(_ step: Int, _ popup: inout MessagePopup, _ model: inout Model) {
        let kept = model.messages.kept
        guard let index = index(popup, model) else { return }
        let next = min(max(0, index + step), kept.count - 1)
        popup.message = kept[next]
        popup.scroll = 0
        popup.search.line = nil
        model.list.cursorID = kept[next].id
        model.list.table.cursor = next
    }

    /// Where the message stands in the list; nil once it has left.
    private static func index(_ popup: MessagePopup, _ model: Model) -> Int? {
        let kept = model.messages.kept
        let cursor = model.list.table.cursor
        if kept.indices.contains(cursor), kept[cursor].id == popup.message.id { return cursor }
        return kept.firstIndex { $0.id == popup.message.id }
    }

    static func draw(_ popup: MessagePopup, _ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        let lines = lines(popup, model)
        let area = Popups.area(width: outerWidth, lines: lines.count, in: body)
        let shown = area.height - 2
        let scroll = min(popup.scroll, max(0, lines.count - shown))
        let place = PopupText.Place(scroll: scroll, search: popup.search)
        let index = index(popup, model).map { "Message \(Format.count($0 + 1)) of" } ?? "A message no longer among"
        let inside = buffer.popup(
            area,
            titles: BoxTitles(
                left: StyledText("\(index) \(Format.count(model.messages.kept.count))"), right: styles(popup, model),
                bottomRight: StyledText(
                    "\(scroll + 1)–\(min(lines.count, scroll + shown)) of \(lines.count)", .muted),
                bottomLeft: PopupText.title(place)))
        PopupText.draw(lines, place, width: width(model), on: &buffer, in: inside)
    }

    /// `[ pretty ]  raw  hex`; the first one is named by what the value is when it is not JSON.
    private static func styles(_ popup: MessagePopup, _ model: Model) -> StyledText {
        let kind = kind(popup.message, model)
        let first = kind == "json" ? "pretty" : kind
        return [first, "raw", "hex"].enumerated().reduce(into: StyledText(spans: [])) { text, item in
            let active = item.offset == popup.style.rawValue
            if item.offset > 0 { text += StyledText("  ", .muted) }
            text += active ? StyledText("[ \(item.element) ]", .tabActive) : StyledText(item.element, .tab)
        }
    }

    /// What the value is, in a word.
    private static func kind(_ message: ReadMessage, _ model: Model) -> String {
        guard let value = message.value else { return "null" }
        if value.isEmpty { return "empty" }
        let chosen = model.messages.formats(of: message.topic).value
        let (decoded, format) = Payload.decode(value, chosen, message, isKey: false)
        switch decoded {
        case .json where format == .json: return JSONReader.values(at: [], in: value) == nil ? "text" : "json"
        case .json: return format.rawValue
        case .text: return format.rawValue
        case .bytes: return "binary"
        }
    }

    private static func label(_ text: String) -> StyledText { StyledText(text.padded(to: 11), .muted) }

    /// All it shows, in lines as wide as the popup.
    static func lines(_ popup: MessagePopup, _ model: Model) -> [StyledText] {
        let message = popup.message
        let width = width(model)
        let age = Format.age(Double(model.shownNow - message.timestamp) / 1_000)
        let type = message.isLogAppendTime ? "LogAppendTime" : "CreateTime"
        let formats = model.messages.formats(of: message.topic)
        var size = message.value.map { "\(Format.count($0.count)) bytes, \(kind(message, model))" } ?? "null"
        if let batch = message.batch {
            let codec = batch.codec == "none" ? "uncompressed" : batch.codec
            size +=
                "   batch \(codec), \(Format.bytes(batch.bytes)) for \(Format.count(batch.records)) "
                + "record\(batch.records == 1 ? "" : "s")"
        }
        var lines: [StyledText] = [
            StyledText(
                "\(message.topic)   partition \(message.partition)   offset \(MessagesScreen.offset(message.offset))"),
            label("time") + StyledText("\(Format.fullTime(message.timestamp, zone: model.zone))  \(type), \(age) ago"),
        ]
        let key =
            Payload.line(message.key, formats.key, message, isKey: true)
            + StyledText(message.key.map { "  (\($0.count) bytes)" } ?? "", .muted)
        lines += hanging(label("key"), key, width)
        lines += hanging(label("value"), StyledText(size), width)
        lines += refusals(message, formats, width)
        if let damage = message.damage {
            return Array(lines.prefix(2)) + Wrap.lines(damage, width: width).map { StyledText($0, .healthBad) }
        }
        if !message.maskedBy.isEmpty {
            let rules = message.maskedBy.joined(separator: ", ")
            lines.append(
                label("masked") + StyledText("by the mask \(rules) of klamm.properties", .healthDegraded))
        }
        if let batch = message.batch { lines += hanging(label("producer"), producer(batch), width) }
        lines += ["", StyledText("headers \(message.headers.count)")]
        for header in message.headers {
            let name = Payload.flat(header.key)
            lines += hanging(
                StyledText("  \(name.padded(to: 14)) ", .muted),
                Payload.line(header.value, .automatic, message, isKey: true), width)
        }
        if popup.style == .pretty, let key = prettyKey(message, formats.key, width) {
            lines += ["", StyledText("key")] + key
        }
        return lines + ["", StyledText("value")] + value(message, popup.style, formats.value, width)
    }

    /// A key that is JSON, over several lines; nil when it is something else, which one line tells.
    private static func prettyKey(_ message: ReadMessage, _ format: PayloadFormat, _ width: Int) -> [StyledText]? {
        guard let key = message.key, key.count <= DashboardLimits.shownBytes,
            case .json(let text) = Payload.decode(key, format, message, isKey: true).0
        else { return nil }
        return JSONText.pretty(text)?.flatMap { wrapped($0, width) }
    }

    /// Why key or value stand as hex, or as text though they look like JSON.
    private static func refusals(_ message: ReadMessage, _ formats: PayloadFormats, _ width: Int) -> [StyledText] {
        let parts = [("key", message.key, formats.key, true), ("value", message.value, formats.value, false)]
        return parts.flatMap { name, bytes, format, isKey -> [StyledText] in
            let shown = Array((bytes ?? []).prefix(DashboardLimits.shownBytes))
            let why = Payload.refusals(shown, format, message, isKey: isKey)
            guard !why.isEmpty else { return [] }
            return hanging(label(""), StyledText("\(name) \(why.joined(separator: "; "))", .muted), width)
        }
    }

    private static func producer(_ batch: BatchFacts) -> StyledText {
        let producer =
            batch.producerID < 0
            ? "without id"
            : "id \(batch.producerID), epoch \(batch.producerEpoch), sequence \(Format.count(Int(batch.sequence)))"
        let transaction = batch.isTransactional ? "yes" : "none"
        return StyledText("\(producer)   transaction \(transaction)   leader epoch \(batch.leaderEpoch)")
    }

    private static func value(
        _ message: ReadMessage, _ style: MessagePopup.Style, _ format: PayloadFormat, _ width: Int
    ) -> [StyledText] {
        guard let all = message.value else { return [StyledText("(null)", .muted)] }
        if all.isEmpty { return [StyledText("\"\"", .muted)] }
        let bytes = Array(all.prefix(DashboardLimits.shownBytes))
        let more =
            all.count > bytes.count
            ? [
                StyledText(
                    "the first \(Format.bytes(bytes.count)) of \(Format.bytes(all.count)); C-s saves all", .muted)
            ] : []
        switch style {
        case .hex: return Payload.dump(bytes) + more
        case .raw:
            guard let text = String(validating: bytes, as: UTF8.self) else { return Payload.dump(bytes) + more }
            return plain(text, width) + more
        case .pretty:
            switch Payload.decode(bytes, format, message, isKey: false).0 {
            case .json(let text):
                let lines = JSONText.pretty(text).map { $0.flatMap { wrapped($0, width) } }
                return (lines ?? plain(text, width)) + more
            case .text(let text): return plain(text, width) + more
            case .bytes: return Payload.dump(bytes) + more
            }
        }
    }

    private static func plain(_ text: String, _ width: Int) -> [StyledText] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            Wrap.lines(Payload.flat(String(line), limit: DashboardLimits.shownBytes), width: width)
        }.map { StyledText($0) }
    }

    /// A label and a text beside it, which goes on below where it is long.
    private static func hanging(_ label: StyledText, _ text: StyledText, _ width: Int) -> [StyledText] {
        guard label.width() + text.width() > width else { return [label + text] }
        let indent = min(label.width(), width / 2)
        let head = Wrap.lines(label.plain, width: width)
        let lines = Wrap.lines(text.plain, width: width - indent)
        let first = head.count == 1 && label.width() == indent
        let blanks = String(repeating: " ", count: indent)
        return (first ? [] : head.map { StyledText($0, .muted) })
            + lines.enumerated().map { index, line in
                first && index == 0 ? label + StyledText(line) : StyledText(blanks + line)
            }
    }

    /// A long line goes on below itself, indented by its own blanks and two more.
    private static func wrapped(_ line: StyledText, _ width: Int) -> [StyledText] {
        guard line.width() > width else { return [line] }
        let role = line.spans.last?.style.role ?? .text
        let indent = String(line.plain.prefix { $0 == " " })
        let lines = Wrap.lines(String(line.plain.dropFirst(indent.count)), width: width - indent.count - 2)
        return lines.enumerated().map { index, text in StyledText(indent + (index == 0 ? "" : "  ") + text, role) }
    }
}
