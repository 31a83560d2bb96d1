/// The signs a terminal can show: Unicode, or plain ASCII for terminals and locales that have nothing else.
package struct GlyphSet: Hashable, Sendable {
    /// False when every cell must stay within ASCII (frames excepted where the terminal draws lines itself).
    package let isUnicode: Bool
    /// True when frames use the box characters, which the display turns into the terminal's own line drawing.
    package let hasLines: Bool

    package static let unicode = GlyphSet(isUnicode: true, hasLines: true)
    package static let ascii = GlyphSet(isUnicode: false, hasLines: false)
    /// ASCII with frames drawn by the terminal's alternate character set (`TERM=linux`, `vt*`).
    package static let asciiWithLines = GlyphSet(isUnicode: false, hasLines: true)

    package var cursor: Character { isUnicode ? "▌" : ">" }
    package var mark: Character { "*" }
    package var crumb: Character { isUnicode ? "▸" : ">" }
    package var live: Character { isUnicode ? "●" : "*" }
    package var waiting: Character { isUnicode ? "○" : "o" }
    package var gone: Character { isUnicode ? "✕" : "x" }
    package var frozen: Character { "=" }
    package var leader: Character { "L" }
    package var insync: Character { isUnicode ? "●" : "s" }
    package var lagging: Character { isUnicode ? "○" : "l" }
    package var offline: Character { isUnicode ? "✕" : "x" }
    package var adding: Character { "+" }
    package var removing: Character { isUnicode ? "−" : "-" }
    package var preferred: Character { "'" }
    package var controller: Character { isUnicode ? "★" : "C" }
    package var sortUp: Character { isUnicode ? "▲" : "^" }
    package var sortDown: Character { isUnicode ? "▼" : "v" }
    package var produced: String { isUnicode ? "▲" : "in" }
    package var arrow: String { isUnicode ? "→" : "->" }
    package var cutEnd: String { isUnicode ? "…" : "~" }
    package var cutMiddle: String { isUnicode ? "…" : ".." }
    package var barDone: Character { isUnicode ? "█" : "#" }
    package var barLeft: Character { isUnicode ? "░" : "." }
    package var chosen: String { isUnicode ? "(•)" : "(*)" }
    package var notChosen: String { "( )" }
    package var checked: String { "[x]" }
    package var notChecked: String { "[ ]" }
    /// The eight steps of a sparkline, lowest first.
    package var sparks: [Character] { Array(isUnicode ? "▁▂▃▄▅▆▇█" : "_.-=+*%#") }

    package var horizontal: Character { hasLines ? "─" : "-" }
    package var vertical: Character { hasLines ? "│" : "|" }
    package var topLeft: Character { hasLines ? "┌" : "+" }
    package var topRight: Character { hasLines ? "┐" : "+" }
    package var bottomLeft: Character { hasLines ? "└" : "+" }
    package var bottomRight: Character { hasLines ? "┘" : "+" }
    package var teeLeft: Character { hasLines ? "├" : "+" }
    package var teeRight: Character { hasLines ? "┤" : "+" }

    /// What stands for a character outside ASCII when only ASCII can be shown; nil when nothing resembles it.
    static func ascii(for scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "▌", "▸": ">"
        case "●": "*"
        case "○": "o"
        case "✕", "×": "x"
        case "−", "—", "–": "-"
        case "≈": "="
        case "★": "C"
        case "▲": "^"
        case "▼": "v"
        case "→": "->"
        case "←": "<-"
        case "↑": "up"
        case "↓": "dn"
        case "…": "~"
        case "█": "#"
        case "░": "."
        case "•", "·": "*"
        case "≥": ">="
        case "≤": "<="
        case "⌊", "⌋": "|"
        case "─": "-"
        case "│": "|"
        case "┌", "┐", "└", "┘", "├", "┤": "+"
        case "\u{a0}": " "
        case "▁"..."▇": String(Array("_.-=+*%")[Int(scalar.value - 0x2581)])
        default: nil
        }
    }
}
