/// The tabs of a detail: ` [ Partitions 6 ]     Messages  `, the active one in brackets.
package struct Tabs: Hashable, Sendable {
    package let labels: [String]
    package let active: Int
    /// Blanks between two tabs; the brackets of the active one take two of its neighbours' on each side.
    private static let gap = 3

    package init(_ labels: [String], active: Int) {
        self.labels = labels
        self.active = active
    }

    /// The columns each tab takes, for the mouse. A tab keeps its place whether it is active or not.
    package func columns(from x: Int, glyphs: GlyphSet = .unicode) -> [Range<Int>] {
        var start = x
        return labels.map { label in
            let width = TextWidth.of(label, glyphs: glyphs) + 4
            defer { start += width + Self.gap }
            return start..<(start + width)
        }
    }

    package func draw(on buffer: inout CellBuffer, in area: Rect) {
        buffer.clipped(to: area) { buffer in
            for (index, columns) in columns(from: area.x, glyphs: buffer.glyphs).enumerated() {
                let label = index == active ? "[ \(labels[index]) ]" : "  \(labels[index])  "
                let style = Style(index == active ? .tabActive : .tab)
                buffer.text(label, x: columns.lowerBound, y: area.y, style: style)
            }
        }
    }
}
