/// One line of text being typed: a prompt, or a field of a form.
package struct TextInput: Hashable, Sendable {
    /// The characters as typed.
    package private(set) var characters: [Character]
    /// Where the next character goes, 0 to `characters.count`.
    package private(set) var cursor: Int
    /// Longest text, in characters; what would make it longer is refused as a whole, as a part of a name or a value is
    /// another one.
    package let limit: Int
    /// Characters that the last edit refused.
    package private(set) var refused = 0

    /// More than any name or expression needs; values of messages are edited in an editor.
    package static let defaultLimit = 4096

    /// Keys with Alt that mean something in a text.
    package static let wordKeys: [Key] = [.alt("b"), .alt("f")]

    package init(_ text: String = "", limit: Int = TextInput.defaultLimit) {
        characters = Array(text.prefix(limit))
        cursor = characters.count
        self.limit = limit
    }

    package var text: String { String(characters) }
    package var isEmpty: Bool { characters.isEmpty }
    package var isAtEnd: Bool { cursor == characters.count }

    /// Replaces the text and goes to its end.
    package mutating func set(_ text: String) {
        characters = Array(text.prefix(limit))
        cursor = characters.count
    }

    /// Inserts text at the cursor, line breaks as blanks.
    package mutating func insert(_ text: String) {
        let clean = text.map { $0.isNewline || $0 == "\t" ? " " : $0 }
        guard clean.count <= limit - characters.count else {
            refused = clean.count
            return
        }
        characters.insert(contentsOf: clean, at: cursor)
        cursor += clean.count
    }

    /// Applies an editing key.
    ///
    /// - Returns: whether it was one; Enter, Esc, Tab and history keys are the caller's.
    package mutating func handle(_ key: Key) -> Bool {
        refused = 0
        switch key {
        case .character(let character): insert(String(character))
        case .paste(let text): insert(text)
        case .left, .control("b"): cursor = max(0, cursor - 1)
        case .right, .control("f"): cursor = min(characters.count, cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = characters.count
        case .modified(.left, .control), .alt("b"): cursor = wordStart
        case .modified(.right, .control), .alt("f"): cursor = wordEnd
        case .backspace, .control("h"): remove(max(0, cursor - 1)..<cursor)
        case .delete: remove(cursor..<min(characters.count, cursor + 1))
        case .control("w"): remove(wordStart..<cursor)
        case .control("u"): remove(0..<characters.count)
        case .control("k"): remove(cursor..<characters.count)
        default: return false
        }
        return true
    }

    private mutating func remove(_ range: Range<Int>) {
        characters.removeSubrange(range)
        cursor = range.lowerBound
    }

    private var wordStart: Int {
        var index = cursor
        while index > 0, characters[index - 1] == " " { index -= 1 }
        while index > 0, characters[index - 1] != " " { index -= 1 }
        return index
    }

    private var wordEnd: Int {
        var index = cursor
        while index < characters.count, characters[index] == " " { index += 1 }
        while index < characters.count, characters[index] != " " { index += 1 }
        return index
    }

    /// Draws the text with the cursor in view, scrolled when it is longer than the area, and places the terminal's
    /// cursor when focused.
    ///
    /// - Parameters:
    ///   - ghost: drawn after the text in `prompt.ghost`, only when the cursor is at the end.
    ///   - masked: draws `*` for every character (passwords).
    package func draw(
        on buffer: inout CellBuffer, in area: Rect, role: Role = .text, ghost: String = "", focused: Bool = true,
        masked: Bool = false
    ) {
        guard !area.isEmpty else { return }
        let shown = masked ? characters.map { _ in Character("*") } : characters
        let glyphs = buffer.glyphs
        let before = TextWidth.of(String(shown[..<cursor]), glyphs: glyphs)
        let skip = focused ? max(0, before - (area.width - 1)) : 0
        buffer.fill(area.row(0))
        buffer.clipped(to: area) { buffer in
            let text = StyledText(String(shown), role)
            let ghostText = isAtEnd && focused ? StyledText(ghost, .promptGhost) : ""
            buffer.text(text + ghostText, x: area.x - skip, y: area.y, width: Int.max)
        }
        if focused { buffer.cursor = Point(x: area.x + before - skip, y: area.y) }
    }
}
