/// Where text stands in its field.
package enum Alignment: Hashable, Sendable {
    case left, right, centre
}

/// Text on the buffer.
extension CellBuffer {
    /// Draws text from a place to the right, cut to `width` cells (to the edge of the buffer when nil).
    ///
    /// - Returns: the column after the last cell drawn, to go on from.
    @discardableResult
    package mutating func text(
        _ text: StyledText, x: Int, y: Int, width: Int? = nil, cut: Cut = .end
    ) -> Int {
        let room = width ?? max(0, size.width - x)
        var column = x
        for styled in cut.cut(text.clusters(glyphs: glyphs), to: room, glyphs: glyphs) {
            put(styled.cluster, x: column, y: y, style: styled.style)
            column += styled.width
        }
        return column
    }

    /// Draws text in one style; see `text(_:x:y:width:cut:)`.
    @discardableResult
    package mutating func text(
        _ string: String, x: Int, y: Int, width: Int? = nil, style: Style = .text, cut: Cut = .end
    ) -> Int {
        text(StyledText(spans: [.init(string, style)]), x: x, y: y, width: width, cut: cut)
    }

    /// Draws text into the first row of a field, aligned, and blanks the rest of the field.
    package mutating func field(
        _ text: StyledText, in area: Rect, alignment: Alignment = .left, cut: Cut = .end, surface: Role? = nil
    ) {
        guard !area.isEmpty else { return }
        let clusters = cut.cut(text.clusters(glyphs: glyphs), to: area.width, glyphs: glyphs)
        let free = area.width - clusters.reduce(0) { $0 + $1.width }
        let lead =
            switch alignment {
            case .left: 0
            case .right: free
            case .centre: free / 2
            }
        fill(area.row(0), style: Style(.text, on: surface))
        var column = area.x + lead
        for styled in clusters {
            put(styled.cluster, x: column, y: area.y, style: styled.style.on(surface))
            column += styled.width
        }
    }

    /// Draws text ending before column `right`, at most `width` cells wide.
    ///
    /// - Returns: the column it begins at.
    @discardableResult
    package mutating func textEnding(at right: Int, y: Int, width: Int, _ text: StyledText, cut: Cut = .end) -> Int {
        let clusters = cut.cut(text.clusters(glyphs: glyphs), to: width, glyphs: glyphs)
        let start = right - clusters.reduce(0) { $0 + $1.width }
        var column = start
        for styled in clusters {
            put(styled.cluster, x: column, y: y, style: styled.style)
            column += styled.width
        }
        return start
    }

    /// Draws sentences below each other, wrapped at blanks, as far as the area reaches.
    ///
    /// - Returns: how many rows were used.
    @discardableResult
    package mutating func paragraph(_ text: String, in area: Rect, style: Style = .text) -> Int {
        let lines = Wrap.lines(text, width: area.width, glyphs: glyphs).prefix(area.height)
        for (index, line) in lines.enumerated() {
            self.text(line, x: area.x, y: area.y + index, width: area.width, style: style)
        }
        return lines.count
    }
}
