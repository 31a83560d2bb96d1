/// Small pictures of numbers.
package enum Chart {
    /// A sparkline, newest sample last, exactly `width` cells: scaled from 0 to the highest sample shown, 0 is the
    /// lowest sign, a missing sample a blank. Fewer samples than cells leave blanks on the left.
    package static func sparkline(_ samples: [Double?], width: Int, glyphs: GlyphSet = .unicode) -> String {
        guard width > 0 else { return "" }
        let shown = samples.suffix(width)
        let highest = shown.reduce(0) { max($0, finite($1) ?? 0) }
        let sparks = glyphs.sparks
        let line = shown.map { sample -> Character in
            guard let value = finite(sample) else { return " " }
            guard highest > 0, value > 0 else { return sparks[0] }
            let step = Int((value / highest * Double(sparks.count)).rounded(.up)) - 1
            return sparks[min(max(0, step), sparks.count - 1)]
        }
        return String(repeating: " ", count: width - line.count) + String(line)
    }

    /// A progress bar, exactly `width` cells. Something done always shows, and it is full only when all is done.
    package static func bar(done: Double, width: Int, glyphs: GlyphSet = .unicode) -> String {
        guard width > 0 else { return "" }
        let share = finite(done).map { min(max(0, $0), 1) } ?? 0
        var cells = Int(share * Double(width))
        if share > 0, cells == 0 { cells = 1 }
        if share < 1, cells == width { cells = width - 1 }
        return String(repeating: glyphs.barDone, count: cells)
            + String(repeating: glyphs.barLeft, count: width - cells)
    }

    private static func finite(_ value: Double?) -> Double? {
        value.flatMap { $0.isFinite ? $0 : nil }
    }
}
