/// How well letters can be told from their ground.
package enum Contrast {
    /// The contrast ratio of WCAG 2.1, 1 to 21; nil when a colour is the terminal's own, which nobody knows.
    package static func ratio(_ first: Color, _ second: Color) -> Double? {
        guard let one = luminance(first), let other = luminance(second) else { return nil }
        return (max(one, other) + 0.05) / (min(one, other) + 0.05)
    }

    /// What the letters of a theme must reach at least.
    package static let minimum = 4.5

    /// The roles of a theme whose letters are too faint on their ground, or on that of the selected row.
    package static func faint(in theme: Theme, depth: ColorDepth = .trueColor) -> [(style: Style, ratio: Double)] {
        let styles = Role.allCases.filter { !$0.isDecoration && $0 != .disabled && $0 != .promptGhost }
            .flatMap { [Style($0), Style($0, on: .selection)] }
        return styles.compactMap { style in
            let look = theme.appearance(of: style, depth: depth)
            guard let ratio = ratio(look.foreground, look.background), ratio < minimum else { return nil }
            return (style, ratio)
        }
    }

    private static func luminance(_ color: Color) -> Double? {
        guard let (red, green, blue) = color.components else { return nil }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// sRGB to linear light.
    private static func linear(_ value: UInt8) -> Double {
        table[Int(value)]
    }

    private static let table: [Double] = (0...255).map { value in
        let share = Double(value) / 255
        return share <= 0.04045 ? share / 12.92 : power24((share + 0.055) / 1.055)
    }

    /// x to the power 2.4 for 0 < x ≤ 1: x² times the fifth root of x², by Newton's method, as there is no `pow`
    /// without a C library here.
    private static func power24(_ x: Double) -> Double {
        let square = x * x
        var root = 1.0
        for _ in 0..<60 { root -= (root * root * root * root * root - square) / (5 * root * root * root * root) }
        return square * root
    }
}
