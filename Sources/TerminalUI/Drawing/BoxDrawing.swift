/// What stands in the frame of a box.
package struct BoxTitles: Hashable, Sendable {
    /// Top left: what, and how many.
    package var left: StyledText?
    /// Top right: sort or state.
    package var right: StyledText?
    /// Bottom right: row of rows.
    package var bottomRight: StyledText?
    /// Bottom left: where it comes from.
    package var bottomLeft: StyledText?

    package init(
        left: StyledText? = nil, right: StyledText? = nil, bottomRight: StyledText? = nil,
        bottomLeft: StyledText? = nil
    ) {
        self.left = left
        self.right = right
        self.bottomRight = bottomRight
        self.bottomLeft = bottomLeft
    }
}

/// Frames and lines.
extension CellBuffer {
    /// Draws a frame with titles, without touching what is inside.
    ///
    /// - Parameters:
    ///   - border: `border`, or `borderFocus` for the pane that has the focus, `dialog` for popups.
    ///   - endLine: cells of line between the bottom right title and the corner.
    package mutating func box(_ area: Rect, titles: BoxTitles = BoxTitles(), border: Role = .border, endLine: Int = 0) {
        guard area.width >= 2, area.height >= 2 else { return }
        let style = Style(border)
        let inner = area.width - 2
        fill(Rect(x: area.x + 1, y: area.y, width: inner, height: 1), with: glyphs.horizontal, style: style)
        fill(Rect(x: area.x + 1, y: area.maxY - 1, width: inner, height: 1), with: glyphs.horizontal, style: style)
        let sides = Rect(x: area.x, y: area.y + 1, width: 1, height: area.height - 2)
        fill(sides, with: glyphs.vertical, style: style)
        fill(Rect(x: area.maxX - 1, y: sides.y, width: 1, height: sides.height), with: glyphs.vertical, style: style)
        corner(glyphs.topLeft, area.x, area.y, style)
        corner(glyphs.topRight, area.maxX - 1, area.y, style)
        corner(glyphs.bottomLeft, area.x, area.maxY - 1, style)
        corner(glyphs.bottomRight, area.maxX - 1, area.maxY - 1, style)
        boxLine(left: titles.left, right: titles.right, area: area, y: area.y, endLine: 0)
        boxLine(left: titles.bottomLeft, right: titles.bottomRight, area: area, y: area.maxY - 1, endLine: endLine)
    }

    /// Draws a popup: a frame on a blank ground with a blank cell left and right, over whatever is there.
    ///
    /// - Returns: the area for its contents, one blank cell inside the frame.
    @discardableResult
    package mutating func popup(_ area: Rect, titles: BoxTitles = BoxTitles(), danger: Bool = false) -> Rect {
        fill(Rect(x: area.x - 1, y: area.y, width: area.width + 2, height: area.height))
        box(area, titles: titles, border: danger ? .dialogDanger : .dialog)
        return area.inset(horizontal: 2, vertical: 1)
    }

    /// A horizontal line across a box, joined to its sides.
    package mutating func divider(in box: Rect, y: Int, style: Style = Style(.border)) {
        guard box.width >= 2 else { return }
        fill(Rect(x: box.x + 1, y: y, width: box.width - 2, height: 1), with: glyphs.horizontal, style: style)
        corner(glyphs.teeLeft, box.x, y, style)
        corner(glyphs.teeRight, box.maxX - 1, y, style)
    }

    private mutating func corner(_ character: Character, _ x: Int, _ y: Int, _ style: Style) {
        put(Cluster(character: character, width: 1), x: x, y: y, style: style)
    }

    /// Titles on the frame: each between blanks, at least one cell of line between two. The right one goes first
    /// when both do not fit, the left one is cut.
    private mutating func boxLine(left: StyledText?, right: StyledText?, area: Rect, y: Int, endLine: Int) {
        var end = area.maxX - 1 - endLine
        let start = area.x + 1
        let leftWidth = left.map { $0.width(glyphs: glyphs) + 2 } ?? 0
        if let right, !right.plain.isEmpty {
            let width = right.width(glyphs: glyphs) + 2
            if start + min(leftWidth, 12) + 1 + width <= end {
                text(" " + right.titled + " ", x: end - width, y: y, width: width)
                end -= width + 1
            }
        }
        guard let left, !left.plain.isEmpty, end - start >= 3 else { return }
        let width = min(leftWidth, end - start)
        put(Cluster(character: " ", width: 1), x: start, y: y, style: .text)
        let used = text(left.titled, x: start + 1, y: y, width: width - 2)
        put(Cluster(character: " ", width: 1), x: used, y: y, style: .text)
    }
}

extension StyledText {
    /// Plain text in a frame takes the role of titles.
    fileprivate var titled: StyledText {
        StyledText(spans: spans.map { $0.style == .text ? Span($0.text, Style(.title)) : $0 })
    }
}
