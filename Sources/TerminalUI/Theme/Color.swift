/// A colour as a theme names it.
package enum Color: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case terminal
    /// One of the 16 named colours, or of the 256 of xterm.
    case indexed(UInt8)
    case rgb(red: UInt8, green: UInt8, blue: UInt8)

    /// Parses `#rrggbb`, `default`, or one of the 16 names (`red`, `bright-red`, …).
    package init?(_ text: String) {
        if text == "default" {
            self = .terminal
        } else if let index = Self.names.firstIndex(of: text) {
            self = .indexed(UInt8(index))
        } else if text.utf8.count == 7, text.first == "#", let value = UInt32(text.dropFirst(), radix: 16) {
            self = .rgb(
                red: UInt8(value >> 16 & 0xff), green: UInt8(value >> 8 & 0xff), blue: UInt8(value & 0xff))
        } else {
            return nil
        }
    }

    /// The 16 colours every colour terminal has, in ANSI order.
    static let names =
        ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]
        + ["bright-black", "bright-red", "bright-green", "bright-yellow"]
        + ["bright-blue", "bright-magenta", "bright-cyan", "bright-white"]

    /// The nearest colour a terminal of this depth can show.
    package func reduced(to depth: ColorDepth) -> Color {
        guard case .rgb(let red, let green, let blue) = self else {
            return depth == .mono ? .terminal : self
        }
        switch depth {
        case .mono: return .terminal
        case .trueColor: return self
        case .colors256: return .indexed(Self.nearest(red, green, blue, among: 16...255))
        case .colors16: return .indexed(Self.nearest(red, green, blue, among: 0...15))
        }
    }

    /// Red, green and blue; nil for the terminal's own colours. The 16 named ones are taken as in xterm.
    package var components: (red: UInt8, green: UInt8, blue: UInt8)? {
        switch self {
        case .terminal: nil
        case .rgb(let red, let green, let blue): (red, green, blue)
        case .indexed(let index): Self.components(of: index)
        }
    }

    private static func components(of index: UInt8) -> (red: UInt8, green: UInt8, blue: UInt8) {
        switch index {
        case 0...15:
            return ansi[Int(index)]
        case 16...231:
            let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
            let cube = Int(index) - 16
            return (steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6])
        default:
            let grey = 8 + 10 * (index - 232)
            return (grey, grey, grey)
        }
    }

    private static let ansi: [(red: UInt8, green: UInt8, blue: UInt8)] = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205),
        (229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255),
        (0, 255, 255), (255, 255, 255),
    ]

    private static func nearest(
        _ red: UInt8, _ green: UInt8, _ blue: UInt8, among range: ClosedRange<UInt8>
    ) -> UInt8 {
        func distance(_ index: UInt8) -> Int {
            let other = components(of: index)
            let r = Int(red) - Int(other.red)
            let g = Int(green) - Int(other.green)
            let b = Int(blue) - Int(other.blue)
            return 2 * r * r + 4 * g * g + 3 * b * b
        }
        return range.min { distance($0) < distance($1) } ?? range.lowerBound
    }
}

/// How many colours a terminal shows.
package enum ColorDepth: String, Hashable, Sendable, CaseIterable {
    case trueColor = "truecolor"
    case colors256 = "256"
    case colors16 = "16"
    case mono
}

/// Attributes of letters.
package struct TextAttributes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let bold = TextAttributes(rawValue: 1)
    package static let dim = TextAttributes(rawValue: 2)
    package static let underline = TextAttributes(rawValue: 4)
    package static let reverse = TextAttributes(rawValue: 8)
    package static let italic = TextAttributes(rawValue: 16)

    init?(name: String) {
        switch name {
        case "bold": self = .bold
        case "dim": self = .dim
        case "underline": self = .underline
        case "reverse": self = .reverse
        case "italic": self = .italic
        default: return nil
        }
    }
}

/// What a cell looks like on a terminal of a known depth.
package struct Appearance: Hashable, Sendable {
    package var foreground: Color
    package var background: Color
    package var attributes: TextAttributes

    package init(foreground: Color = .terminal, background: Color = .terminal, attributes: TextAttributes = []) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }
}
