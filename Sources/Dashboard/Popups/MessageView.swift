import TerminalUI

/// One message in full.
enum MessageView {
    static func handle(_ key: Key, _ popup: MessagePopup, _ model: inout Model) -> [Command] {
        var popup = popup
        let kept = model.messages.kept
        guard kept.indices.contains(popup.index) else {
            model.popup = nil
            return []
        }
        let message = kept[popup.index]
        switch key {
        case .escape, .enter, .character("q"):
            model.list.cursorID = "\(message.partition)/\(message.offset)"
            model.popup = nil
            return []
        case .character("["): popup.index = max(0, popup.index - 1)
        case .character("]"): popup.index = min(kept.count - 1, popup.index + 1)
        case .tab, .backTab:
            let count = MessagePopup.Style.allCases.count
            popup.style = MessagePopup.Style(rawValue: (popup.style.rawValue + 1) % count) ?? .pretty
            popup.scroll = 0
        case .character("y"):
            model.say("copied")
            return [.copy(message.value.map { Payload.text($0) ?? Payload.hex($0) } ?? "")]
        case .character("P"): return Forms.produce(copying: message, &model)
        default:
            guard let scroll = Popups.scrolled(popup.scroll, key, lines: lines(popup, model).count) else { return [] }
            popup.scroll = scroll
        }
        model.popup = .message(popup)
        return []
    }

    static func draw(_ popup: MessagePopup, _ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        let lines = lines(popup, model)
        let area = Popups.area(width: 84, lines: lines.count, in: body)
        let shown = area.height - 2
        let scroll = min(popup.scroll, max(0, lines.count - shown))
        let styles = ["pretty", "raw", "hex"].enumerated().map { index, name in
            index == popup.style.rawValue ? "[ \(name) ]" : " \(name) "
        }.joined()
        let inside = buffer.popup(
            area,
            titles: BoxTitles(
                left: StyledText("Message \(popup.index + 1) of \(model.messages.kept.count)"),
                right: StyledText(styles, .muted),
                bottomRight: StyledText(
                    "\(scroll + 1)–\(min(lines.count, scroll + shown)) of \(lines.count)", .muted)))
        for (index, line) in lines.dropFirst(scroll).prefix(inside.height).enumerated() {
            buffer.text(line, x: inside.x, y: inside.y + index, width: inside.width)
        }
    }

    private static func lines(_ popup: MessagePopup, _ model: Model) -> [StyledText] {
        guard model.messages.kept.indices.contains(popup.index), let topic = model.messages.request?.topic else {
            return []
        }
        let message = model.messages.kept[popup.index]
        let batch = message.batch
        func label(_ text: String) -> StyledText { StyledText(text.padded(to: 11), .muted) }
        let age = Format.age(Double(model.now - message.timestamp) / 1_000)
        let type = message.isLogAppendTime ? "LogAppendTime" : "CreateTime"
        var lines: [StyledText] = [
            StyledText("\(topic)   partition \(message.partition)   offset \(Format.count(Int(message.offset)))"),
            label("time") + StyledText("\(Format.fullTime(message.timestamp, zone: model.zone))  \(type), \(age) ago"),
            label("key") + Payload.line(message.key)
                + StyledText(message.key.map { "  (\($0.count) bytes)" } ?? "", .muted),
            label("value")
                + StyledText(message.value.map { "\($0.count) bytes" } ?? "null"),
        ]
        if let batch { lines += facts(batch) }
        lines += [
            "", StyledText("headers \(message.headers.count)"),
        ]
        for header in message.headers {
            lines.append(StyledText("  \(header.key.padded(to: 14)) ", .muted) + Payload.line(header.value))
        }
        lines += ["", StyledText("value")]
        return lines + value(message, popup.style)
    }

    /// What is known of the batch the message came in.
    private static func facts(_ batch: BatchFacts) -> [StyledText] {
        let producer =
            batch.producerID < 0
            ? "none"
            : "id \(batch.producerID), epoch \(batch.producerEpoch), sequence \(Format.count(Int(batch.sequence)))"
        let size = "\(batch.codec), \(Format.bytes(batch.bytes)) for \(batch.records) records"
        let transaction = batch.isTransactional ? "yes" : "none"
        return [
            StyledText("batch".padded(to: 11), .muted) + StyledText(size),
            StyledText("producer".padded(to: 11), .muted)
                + StyledText("\(producer)   transaction \(transaction)   leader epoch \(batch.leaderEpoch)"),
        ]
    }

    private static func value(_ message: ReadMessage, _ style: MessagePopup.Style) -> [StyledText] {
        guard let bytes = message.value else { return [StyledText("(null)", .muted)] }
        if style == .hex { return Payload.dump(bytes) }
        guard let text = String(validating: bytes, as: UTF8.self) else { return Payload.dump(bytes) }
        if style == .pretty, let pretty = JSONText.pretty(text) {
            return pretty.flatMap { wrapped($0) }
        }
        return Wrap.lines(String(text.prefix(200_000)), width: 80).map { StyledText($0) }
    }

    private static func wrapped(_ line: StyledText) -> [StyledText] {
        guard line.width() > 80 else { return [line] }
        let role = line.spans.last?.style.role ?? .text
        return Wrap.lines(line.plain, width: 78).enumerated().map { index, text in
            StyledText((index == 0 ? "" : "  ") + text, role)
        }
    }
}
