/// What goes into one cell or two: a base character with its combining marks.
///
/// Not the grapheme clusters of Swift: terminals join less than Unicode allows (no zero width joiner sequences), and
/// the screen must agree with the terminal about where everything stands.
package struct Cluster: Hashable, Sendable {
    package let character: Character
    /// 1 or 2.
    package let width: Int

    /// More marks on one base are dropped: curses keeps five scalars in a cell.
    private static let maxMarks = 4

    package init(character: Character, width: Int) {
        self.character = character
        self.width = width
    }

    /// Splits text into clusters, harmless on any terminal: control characters become visible signs, direction
    /// controls a replacement character, joiners and variation selectors vanish.
    package static func split(_ text: some StringProtocol, glyphs: GlyphSet = .unicode) -> [Cluster] {
        var clusters: [Cluster] = []
        clusters.reserveCapacity(text.utf8.count)
        var base = String.UnicodeScalarView()
        var baseWidth = 1
        func close() {
            guard !base.isEmpty else { return }
            clusters.append(Cluster(character: Character(String(base)), width: baseWidth))
            base = String.UnicodeScalarView()
        }
        for scalar in text.unicodeScalars {
            switch drawn(scalar, glyphs: glyphs) {
            case .nothing:
                continue
            case .signs(let signs):
                close()
                for sign in signs { clusters.append(Cluster(character: sign, width: 1)) }
            case .mark:
                if base.isEmpty {
                    base.append(" ")
                    baseWidth = 1
                }
                if base.count <= maxMarks { base.append(scalar) }
            case .base(let width):
                close()
                base.append(scalar)
                baseWidth = width
            }
        }
        close()
        return clusters
    }

    private enum Drawn {
        case nothing
        case mark
        case base(Int)
        case signs(String)
    }

    private static func drawn(_ scalar: Unicode.Scalar, glyphs: GlyphSet) -> Drawn {
        switch scalar.value {
        case 0x20..<0x7f:
            return .base(1)
        case 0..<0x20, 0x7f:
            return .signs(glyphs.isUnicode ? String(controlPicture(scalar)) : "?")
        case 0x80..<0xa0, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfff9...0xfffb:
            return .signs(glyphs.isUnicode ? "\u{fffd}" : "?")
        case 0xad, 0x200b...0x200d, 0x2060...0x2064, 0xfe00...0xfe0f, 0xfeff, 0xe0000...0xe0fff:
            return .nothing
        case _ where scalar.value & 0xfffe == 0xfffe:
            return .signs(glyphs.isUnicode ? "\u{fffd}" : "?")
        default:
            break
        }
        let width = TextWidth.of(scalar)
        if glyphs.isUnicode { return width == 0 ? .mark : .base(width) }
        if glyphs.hasLines, (0x2500...0x257f).contains(scalar.value) { return .base(1) }
        if width == 0 { return .nothing }
        return .signs(GlyphSet.ascii(for: scalar) ?? String(repeating: "?", count: width))
    }

    private static func controlPicture(_ scalar: Unicode.Scalar) -> Character {
        guard scalar.value != 0x7f, let picture = Unicode.Scalar(0x2400 + scalar.value) else { return "␡" }
        return Character(picture)
    }
}
