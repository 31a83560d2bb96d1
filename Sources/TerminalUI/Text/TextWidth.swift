/// How many cells text takes on a terminal.
///
/// An own table instead of `wcwidth`, which depends on the locale of the machine: 0 for combining marks and format
/// characters, 2 for East Asian wide characters and emoji, else 1.
package enum TextWidth {
    /// Cells of one scalar: 0, 1 or 2. Control characters count 1, because a sign is drawn in their place.
    package static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return 1 }
        if contains(WidthRanges.zero, value) { return 0 }
        if value < 0x1100 { return 1 }
        return contains(WidthRanges.wide, value) ? 2 : 1
    }

    /// Cells of a text as it is drawn.
    package static func of(_ text: some StringProtocol, glyphs: GlyphSet = .unicode) -> Int {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text.utf8.count }
        return Cluster.split(text, glyphs: glyphs).reduce(0) { $0 + $1.width }
    }

    private static func contains(_ ranges: [ClosedRange<UInt32>], _ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < ranges.count && ranges[low].contains(value)
    }
}
