import TerminalUI

/// The frame around every screen: two lines above, hints and flash below.
enum Frame {
    /// The smallest terminal the screens are drawn on.
    static let smallest = Size(width: 40, height: 10)

    /// The part between the lines.
    static func body(_ size: Size) -> Rect {
        Rect(x: 1, y: 2, width: size.width - 2, height: size.height - 4)
    }

    static func draw(_ model: Model, on buffer: inout CellBuffer) {
        StatusLine.draw(model, on: &buffer)
        screens(model, on: &buffer)
        let height = buffer.size.height
        hints(model).draw(
            on: &buffer, in: Rect(x: 1, y: height - 2, width: buffer.size.width - 2, height: 1))
        lastLine(model, on: &buffer)
    }

    private static func screens(_ model: Model, on buffer: inout CellBuffer) {
        let width = buffer.size.width
        var text = StyledText(spans: [])
        for screen in Screen.allCases {
            let active = screen == model.place.screen
            var label = "\(screen.rawValue)"
            if width >= 79 || active { label += " \(width >= 100 ? screen.name : screen.shortName)" }
            if screen != .overview { text += width >= 100 ? "  " : " " }
            text += StyledText(label, active ? .crumbActive : .muted)
        }
        buffer.text(text, x: 1, y: 1, width: max(0, width - 2))
    }

    static func hints(_ model: Model) -> HintLine {
        if let prompt = model.prompt { return HintLine(promptHints(prompt)) }
        if let popup = model.popup { return HintLine(Popups.hints(popup)) }
        var hints = Actions.own(model).compactMap { $0.hint(model) }
        let filter = model.keys.text(of: "filter")
        let filters = !hints.contains { $0.keys == filter } && Screens.state(model) == nil
        if filters { hints.append(HintLine.Hint(filter, "filter")) }
        hints.append(HintLine.Hint(model.keys.text(of: "command"), "command", alwaysShown: true))
        hints.append(HintLine.Hint(model.keys.text(of: "keys"), "keys", alwaysShown: true))
        return HintLine(hints)
    }

    private static func promptHints(_ open: OpenPrompt) -> [HintLine.Hint] {
        switch open.purpose {
        case .command:
            [
                HintLine.Hint("Tab or →", "accept"), HintLine.Hint("↑↓", "choose"), HintLine.Hint("Enter", "go"),
                HintLine.Hint("Esc", "close"),
            ]
        case .seek:
            [
                HintLine.Hint("Enter", "seek"), HintLine.Hint("Tab", "complete"), HintLine.Hint("↑↓", "history"),
                HintLine.Hint("Esc", "close"),
            ]
        default:
            [HintLine.Hint("Enter", verb(open.purpose)), HintLine.Hint("↑↓", "history")]
                + (open.prompt.input.isEmpty ? [] : [HintLine.Hint("C-u", "clear")]) + [HintLine.Hint("Esc", "close")]
        }
    }

    /// What Enter does with what is typed.
    private static func verb(_ purpose: OpenPrompt.Purpose) -> String {
        switch purpose {
        case .messageFilter: "search"
        case .save, .saveReset, .saveResult, .saveMessage: "save"
        case .reset, .resetTopic, .resetGroup, .partitions, .fields, .wizard: "take it"
        case .filter, .keys, .text, .command, .seek: "keep"
        }
    }

    private static func lastLine(_ model: Model, on buffer: inout CellBuffer) {
        let y = buffer.size.height - 1
        let area = Rect(x: 1, y: y, width: buffer.size.width - 2, height: 1)
        if let open = model.prompt {
            let x = open.purpose == .command ? 0 : 1
            open.prompt.draw(on: &buffer, in: Rect(x: x, y: y, width: buffer.size.width - 1 - x, height: 1))
            if !open.note.isEmpty {
                let used = TextWidth.of(open.prompt.label + open.prompt.input.text) + 1 + x
                buffer.text("  \(model.glyphs.arrow) \(open.note)", x: used, y: y, style: .muted)
            }
            return
        }
        guard let flash = model.flash else {
            guard let sending = model.sending.first else { return }
            let text = "\(sending.words): \(sending.change.summary)"
            buffer.text(StyledText(text, .flashInfo), x: area.x, y: y, width: max(0, area.width))
            return
        }
        let count = flash.count > 1 ? " (×\(flash.count))" : ""
        let time = flash.weight >= .warn ? " (\(Format.time(flash.at, zone: model.zone)))" : ""
        buffer.text(StyledText(flash.text + count + time, flash.role), x: area.x, y: y, width: max(0, area.width))
    }
}

extension Flash {
    /// The colour of its weight.
    var role: Role {
        switch weight {
        case .info: .flashInfo
        case .ok: .flashOk
        case .warn: .flashWarn
        case .error: .flashError
        }
    }
}
