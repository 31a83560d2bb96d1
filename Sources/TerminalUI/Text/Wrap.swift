/// Breaking sentences into lines.
package enum Wrap {
    /// The text in lines of at most `width` cells, broken at blanks, inside a word only when it is longer than a
    /// line. Line feeds in the text begin a new line.
    package static func lines(_ text: String, width: Int, glyphs: GlyphSet = .unicode) -> [String] {
        guard width > 0 else { return [] }
        return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap {
            paragraph(String($0), width: width, glyphs: glyphs)
        }
    }

    private static func paragraph(_ text: String, width: Int, glyphs: GlyphSet) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            let joined = line.isEmpty ? String(word) : line + " " + word
            if TextWidth.of(joined, glyphs: glyphs) <= width {
                line = joined
                continue
            }
            if !line.isEmpty { lines.append(line) }
            var pieces = broken(String(word), width: width, glyphs: glyphs)
            line = pieces.popLast() ?? ""
            lines += pieces
        }
        return lines + [line]
    }

    private static func broken(_ word: String, width: Int, glyphs: GlyphSet) -> [String] {
        var pieces = [""]
        var used = 0
        for cluster in Cluster.split(word, glyphs: glyphs) {
            if used + cluster.width > width, used > 0 {
                pieces.append("")
                used = 0
            }
            pieces[pieces.count - 1].append(cluster.character)
            used += cluster.width
        }
        return pieces
    }
}
