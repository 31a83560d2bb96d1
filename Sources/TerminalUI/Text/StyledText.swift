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
