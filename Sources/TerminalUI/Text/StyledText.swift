/// Text in several styles, for a cell or line that says more than one thing.
package struct StyledText: Hashable, Sendable, ExpressibleByStringLiteral {
    /// A piece of text in one style.
    package struct Span: Hashable, Sendable {
        package var text: String
        package var style: Style

        package init(_ text: String, _ style: Style) {
            self.text = text
            self.style = style
        }
    }

    package var spans: [Span]

    package init(spans: [Span]) {
        self.spans = spans
    }

    package init(_ text: String, _ role: Role = .text) {
        spans = [Span(text, Style(role))]
    }

    package init(stringLiteral text: String) {
        self.init(text)
    }

    /// The text without its styles.
    package var plain: String { spans.map(\.text).joined() }

    /// Cells taken when drawn uncut.
    package func width(glyphs: GlyphSet = .unicode) -> Int {
        spans.reduce(0) { $0 + TextWidth.of($1.text, glyphs: glyphs) }
    }

    /// Cells in which a sentence can be read beside the rest of its line.
    private static let leastBeside = 24

    /// The text in lines of at most `width` cells. What follows the last change of style is broken at blanks and goes on
    /// below itself; a row of columns, and what has too little room beside the rest, stays one line.
    package func wrapped(to width: Int, glyphs: GlyphSet = .unicode) -> [StyledText] {
        guard self.width(glyphs: glyphs) > width, let last = spans.last else { return [self] }
        let blanks = String(last.text.prefix { $0 == " " })
        let text = String(last.text.dropFirst(blanks.count))
        let head = StyledText(spans: spans.dropLast() + [Span(blanks, last.style)])
        let indent = head.width(glyphs: glyphs)
        guard indent * 2 < width || width - indent >= Self.leastBeside, text.firstRange(of: "  ") == nil else {
            return [self]
        }
        let below = StyledText(spans: [Span(String(repeating: " ", count: indent), last.style)])
        return Wrap.lines(text, width: width - indent, glyphs: glyphs).enumerated().map { index, line in
            (index == 0 ? head : below) + StyledText(spans: [Span(line, last.style)])
        }
    }

    /// The text broken at blanks wherever it has to be, whatever stands in columns: for where the choice is between that and
    /// not to be seen at all. Each part keeps its style; lines after the first are indented by two.
    package func flowed(to width: Int, glyphs: GlyphSet = .unicode) -> [StyledText] {
        guard self.width(glyphs: glyphs) > width else { return [self] }
        var signs = spans.flatMap { span in span.text.filter { $0 != " " }.map { _ in span.style } }[...]
        var style = spans.first?.style ?? .text
        return Wrap.lines(plain, width: max(2, width - 2), glyphs: glyphs).enumerated().map { index, line in
            var parts: [Span] = index == 0 ? [] : [Span("  ", style)]
            for sign in line {
                if sign != " " { style = signs.popFirst() ?? style }
                if parts.last?.style == style {
                    parts[parts.count - 1].text.append(sign)
                } else {
                    parts.append(Span(String(sign), style))
                }
            }
            return StyledText(spans: parts)
        }
    }

    package static func + (left: StyledText, right: StyledText) -> StyledText {
        StyledText(spans: left.spans + right.spans)
    }

    package static func += (left: inout StyledText, right: StyledText) {
        left.spans += right.spans
    }

    /// Every span laid on a surface.
    package func on(_ surface: Role?) -> StyledText {
        StyledText(spans: spans.map { Span($0.text, $0.style.on(surface)) })
    }

    /// The clusters with their styles, ready to be cut and drawn.
    func clusters(glyphs: GlyphSet) -> [StyledCluster] {
        spans.flatMap { span in
            Cluster.split(span.text, glyphs: glyphs).map { StyledCluster(cluster: $0, style: span.style) }
        }
    }
}

/// A cluster on its way to the buffer.
struct StyledCluster: Hashable {
    var cluster: Cluster
    var style: Style
    var width: Int { cluster.width }
}
