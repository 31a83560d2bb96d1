import TerminalUI

/// A popup of which each line has a letter that chooses it.
enum LetterChoice {
    /// The line under the mouse.
    static func line(at point: Point, count: Int, cursor: Int, width: Int, in body: Rect) -> Int? {
        let area = Popups.area(width: width, lines: count, in: body)
        let line = top(count: count, cursor: cursor, area) + point.y - area.y - 1
        guard (area.x + 1..<area.maxX - 1).contains(point.x), (area.y + 1..<area.maxY - 1).contains(point.y) else {
            return nil
        }
        return (0..<count).contains(line) ? line : nil
    }

    /// The first line in view.
    private static func top(count: Int, cursor: Int, _ area: Rect) -> Int {
        let shown = area.height - 2
        return min(max(0, cursor - shown + 1), max(0, count - shown))
    }

    /// Draws the lines that fit, the one under the cursor among them.
    static func draw(
        _ lines: [(letter: Character?, text: StyledText)], cursor: Int, title: String, width: Int,
        on buffer: inout CellBuffer, in body: Rect
    ) {
        let area = Popups.area(width: width, lines: lines.count, in: body)
        let shown = area.height - 2
        let top = top(count: lines.count, cursor: cursor, area)
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
