import CNcurses
import TerminalUI

/// Turns what curses reads into keys: joins Esc and a character to Alt, and collects pasted text.
struct InputDecoder {
    private var keys: [Key] = []
    private var hasEscape = false
    /// A string, because its number of bytes is known without counting them at each character.
    private var paste: String?
    /// Whether more was pasted than is taken.
    private var isPasteTooLong = false

    /// Whether a paste has begun whose end has not come.
    var isPasting: Bool { paste != nil }

    /// Takes one piece of input.
    mutating func feed(_ input: cn_input) {
        if paste != nil { return feedPaste(input) }
        switch input.kind {
        case CN_CHARACTER: feed(scalar: input.value)
        case CN_KEY: feed(key: cn_key(input.value), input)
        case CN_MOUSE: feed(mouse: input)
        default: break
        }
    }

    /// Everything decoded since the last call. Curses has waited long enough for the rest of a sequence, so a lonely
    /// Esc is the key.
    mutating func take() -> [Key] {
        endEscape()
        defer { keys = [] }
        return keys
    }

    /// Gives up waiting for the end of a paste.
    mutating func endPaste() {
        guard let text = paste else { return }
        paste = nil
        keys.append(isPasteTooLong ? .tooLongPaste(limit: TerminalLimits.pasted) : .paste(text))
    }

    private mutating func endEscape() {
        if hasEscape { keys.append(.escape) }
        hasEscape = false
    }

    private mutating func feedPaste(_ input: cn_input) {
        switch input.kind {
        case CN_KEY where cn_key(input.value) == CN_KEY_PASTE_END:
            endPaste()
        case CN_KEY where cn_key(input.value) == CN_KEY_ENTER:
            pasted("\n")
        case CN_CHARACTER:
            guard let scalar = Unicode.Scalar(input.value) else { return }
            pasted(scalar == "\r" ? "\n" : scalar)
        default:
            break
        }
    }

    /// Begins to collect what is pasted.
    mutating func beginPaste() {
        paste = ""
        isPasteTooLong = false
    }

    /// Takes one character of it.
    mutating func pasted(_ scalar: Unicode.Scalar) {
        guard let count = paste?.utf8.count, !isPasteTooLong else { return }
        isPasteTooLong = count + UTF8.width(scalar) > TerminalLimits.pasted
        if isPasteTooLong { paste = "" } else { paste?.unicodeScalars.append(scalar) }
    }

    private mutating func feed(scalar value: UInt32) {
        guard let scalar = Unicode.Scalar(value) else { return }
        if value == 27 {
            endEscape()
            hasEscape = true
            return
        }
        let key = Self.key(scalar)
        if hasEscape, case .character(let character) = key {
            hasEscape = false
            keys.append(.alt(character))
            return
        }
        endEscape()
        append(key, scalar)
    }

    /// A combining mark belongs to the character typed before it.
    private mutating func append(_ key: Key, _ scalar: Unicode.Scalar) {
        if scalar.value >= 0x300, TextWidth.of(scalar) == 0, case .character(let base) = keys.last {
            var joined = String(base)
            joined.unicodeScalars.append(scalar)
            if joined.count == 1, let character = joined.first {
                keys[keys.count - 1] = .character(character)
                return
            }
        }
        keys.append(key)
    }

    private static func key(_ scalar: Unicode.Scalar) -> Key {
        switch scalar.value {
        case 9: .tab
        case 10, 13: .enter
        case 127: .backspace
        case 1...26: .control(Character(Unicode.Scalar(UInt8(scalar.value) + 96)))
        case 0, 28...31: .control(Character(Unicode.Scalar(UInt8(scalar.value) + 64)))
        default: .character(Character(scalar))
        }
    }

    private mutating func feed(key code: cn_key, _ input: cn_input) {
        if code == CN_KEY_PASTE_BEGIN {
            endEscape()
            beginPaste()
            return
        }
        var modifiers = KeyModifiers(curses: input.modifiers)
        if hasEscape {
            hasEscape = false
            modifiers.insert(.alt)
        }
        guard let key = Self.named(code, input) else { return }
        guard !modifiers.isEmpty, let cursorKey = Self.cursorKey(code) else {
            keys.append(key)
            return
        }
        keys.append(.modified(cursorKey, modifiers))
    }

    private static func named(_ code: cn_key, _ input: cn_input) -> Key? {
        switch code {
        case CN_KEY_UP: .up
        case CN_KEY_DOWN: .down
        case CN_KEY_LEFT: .left
        case CN_KEY_RIGHT: .right
        case CN_KEY_HOME: .home
        case CN_KEY_END: .end
        case CN_KEY_PAGE_UP: .pageUp
        case CN_KEY_PAGE_DOWN: .pageDown
        case CN_KEY_INSERT: .insert
        case CN_KEY_DELETE: .delete
        case CN_KEY_BACKSPACE: .backspace
        case CN_KEY_ENTER: .enter
        case CN_KEY_BACK_TAB: .backTab
        case CN_KEY_FUNCTION: .function(Int(input.number))
        default: nil
        }
    }

    private static func cursorKey(_ code: cn_key) -> Key.CursorKey? {
        switch code {
        case CN_KEY_UP: .up
        case CN_KEY_DOWN: .down
        case CN_KEY_LEFT: .left
        case CN_KEY_RIGHT: .right
        case CN_KEY_HOME: .home
        case CN_KEY_END: .end
        case CN_KEY_PAGE_UP: .pageUp
        case CN_KEY_PAGE_DOWN: .pageDown
        case CN_KEY_INSERT: .insert
        case CN_KEY_DELETE: .delete
        default: nil
        }
    }

    private mutating func feed(mouse input: cn_input) {
        endEscape()
        let position = Point(x: Int(input.x), y: Int(input.y))
        let modifiers = KeyModifiers(curses: input.modifiers)
        let button: MouseEvent.Button =
            switch input.number {
            case 1: .left
            case 2: .middle
            case 3: .right
            default: .none
            }
        for action in Self.actions(cn_mouse_action(input.value)) {
            keys.append(
                .mouse(MouseEvent(action: action, button: button, position: position, modifiers: modifiers)))
        }
    }

    /// A press and release read together come as one click.
    private static func actions(_ action: cn_mouse_action) -> [MouseEvent.Action] {
        switch action {
        case CN_PRESS: [.press]
        case CN_RELEASE: [.release]
        case CN_CLICK: [.press, .release]
        case CN_DOUBLE_CLICK: [.doubleClick]
        case CN_WHEEL_UP: [.wheelUp]
        case CN_WHEEL_DOWN: [.wheelDown]
        default: []
        }
    }
}

extension KeyModifiers {
    fileprivate init(curses modifiers: Int32) {
        self = []
        if modifiers & CN_SHIFT != 0 { insert(.shift) }
        if modifiers & CN_ALT != 0 { insert(.alt) }
        if modifiers & CN_CONTROL != 0 { insert(.control) }
    }
}
