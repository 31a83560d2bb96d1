/// The keys that work here, on one line.
package struct HintLine: Hashable, Sendable {
    /// A key with what it does.
    package struct Hint: Hashable, Sendable {
        package let keys: String
        package let label: String
        package let enabled: Bool
        /// `: command` and `? keys`: they stay when others fall off.
        package let alwaysShown: Bool

        package init(_ keys: String, _ label: String, enabled: Bool = true, alwaysShown: Bool = false) {
            self.keys = keys
            self.label = label
            self.enabled = enabled
            self.alwaysShown = alwaysShown
        }

        var text: StyledText {
            StyledText(spans: [
                .init(keys, Style(enabled ? .hintKey : .disabled)),
                .init(label.isEmpty ? "" : " " + label, Style(enabled ? .hintText : .disabled)),
            ])
        }
    }

    package let hints: [Hint]

    package init(_ hints: [Hint]) {
        self.hints = hints
    }

    /// The hints that fit into `width` cells, two blanks apart: what does not fit falls off from the right, those
    /// always shown last.
    package func fitting(width: Int, glyphs: GlyphSet = .unicode) -> [Hint] {
        var kept = hints
        while kept.count > 1, line(kept).width(glyphs: glyphs) > width {
            guard let index = kept.lastIndex(where: { !$0.alwaysShown }) ?? kept.indices.last else { break }
            kept.remove(at: index)
        }
        return kept
    }

    /// The hint that is drawn at a cell of the line.
    package func hint(at x: Int, width: Int, glyphs: GlyphSet = .unicode) -> Hint? {
        var start = 0
        for hint in fitting(width: width, glyphs: glyphs) {
            let end = start + hint.text.width(glyphs: glyphs)
            if (start..<end).contains(x) { return hint }
            start = end + 2
        }
        return nil
    }

    package func draw(on buffer: inout CellBuffer, in area: Rect) {
        buffer.field(line(fitting(width: area.width, glyphs: buffer.glyphs)), in: area)
    }

    private func line(_ hints: [Hint]) -> StyledText {
        hints.enumerated().reduce(into: StyledText(spans: [])) { text, item in
            text += (item.offset == 0 ? "" : "  ") + item.element.text
        }
    }
}
