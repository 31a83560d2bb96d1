import TerminalUI

/// A popup of which each line has a letter that chooses it.
enum LetterChoice {
    /// Draws the lines that fit, the one under the cursor among them.
    static func draw(
        _ lines: [(letter: Character?, text: StyledText)], cursor: Int, title: String, width: Int,
        on buffer: inout CellBuffer, in body: Rect
    ) {
        let area = Popups.area(width: width, lines: lines.count, in: body)
        let shown = area.height - 2
        let top = min(max(0, cursor - shown + 1), max(0, lines.count - shown))
        let inside = buffer.popup(
            area,
            titles: BoxTitles(
                left: StyledText(title), bottomRight: Popups.position(top, shown, of: lines.count)))
        for (index, line) in lines.enumerated().dropFirst(top).prefix(inside.height) {
            let text = StyledText(" \(line.letter.map(String.init) ?? " ")   ", .hintKey) + line.text
            buffer.field(text, in: inside.row(index - top), surface: index == cursor ? .selection : nil)
        }
    }
}
