import TerminalUI

/// What a prompt offers, at the left edge above the last lines.
enum Suggestions {
    static func draw(_ open: OpenPrompt, _ model: Model, on buffer: inout CellBuffer) {
        let lines: [(StyledText, Bool)]
        let title: String
        switch open.purpose {
        case .command:
            title = "Commands"
            lines = Palette.suggestions(open.prompt.input.text, model).enumerated().map { index, item in
                let role: Role = item.enabled ? .text : .disabled
                let text = StyledText(item.text.padded(to: 26), role) + StyledText(item.about, .muted)
                return (text, index == open.chosen && open.chosen > 0)
            }
        case .seek:
            title = "Seek"
            lines = Self.lines(SeekText.forms)
        case .messageFilter:
            title = "Filter"
            lines = Self.lines(MessageFilter.forms)
        default: return
        }
        guard !lines.isEmpty else { return }
        let inside = buffer.popup(
            area(lines: lines.count, open, buffer.size), titles: BoxTitles(left: StyledText(title)))
        for (index, line) in lines.prefix(inside.height).enumerated() {
            buffer.field(
                line.0, in: inside.row(index), surface: line.1 ? .selection : nil)
        }
    }

    /// Where so many lines stand.
    static func area(lines: Int, _ open: OpenPrompt, _ size: Size) -> Rect {
        let width = min(open.purpose == .command ? 84 : 60, size.width - 2)
        let height = min(lines + 2, size.height - 4)
        return Rect(x: 1, y: size.height - 2 - height, width: width, height: height)
    }

    private static func lines(_ forms: [(String, String)]) -> [(StyledText, Bool)] {
        forms.map { (StyledText($0.0.padded(to: 23)) + StyledText($0.1, .muted), false) }
    }
}
