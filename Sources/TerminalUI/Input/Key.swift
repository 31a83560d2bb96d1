/// One thing a person did at the terminal, independent of how the terminal encodes it.
package enum Key: Hashable, Sendable {
    /// A printable character, the blank included.
    case character(Character)
    /// Ctrl with a letter in lower case, or with one of `@ \ ] ^ _`.
    case control(Character)
    /// Alt (Meta) with a character.
    case alt(Character)
    case enter, escape, tab, backTab, backspace, delete, insert
    case up, down, left, right, home, end, pageUp, pageDown
    /// F1 to F12.
    case function(Int)
    /// An arrow, Home, End, Page or Delete key together with Ctrl, Shift or Alt.
    case modified(CursorKey, KeyModifiers)
    case mouse(MouseEvent)
    /// Pasted text, as a whole: inserted in prompts, ignored elsewhere, never run.
    case paste(String)
    /// More bytes were pasted than `limit`; nothing of it is kept.
    case tooLongPaste(limit: Int)
    /// The terminal has a new size.
    case resize(Size)

    /// The keys that come with modifiers.
    package enum CursorKey: String, Hashable, Sendable, CaseIterable {
        case up = "Up"
        case down = "Down"
        case left = "Left"
        case right = "Right"
        case home = "Home"
        case end = "End"
        case pageUp = "PgUp"
        case pageDown = "PgDn"
        case delete = "Delete"
        case insert = "Insert"
    }
}

/// Modifiers held with a key.
package struct KeyModifiers: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let shift = KeyModifiers(rawValue: 1)
    package static let alt = KeyModifiers(rawValue: 2)
    package static let control = KeyModifiers(rawValue: 4)
}

/// A mouse report.
package struct MouseEvent: Hashable, Sendable {
    /// What the mouse did.
    package enum Action: Hashable, Sendable {
        case press, release, doubleClick
        case wheelUp, wheelDown
    }

    /// Which button; the wheel has none.
    package enum Button: Hashable, Sendable {
        case left, middle, right, none
    }

    package let action: Action
    package let button: Button
    package let position: Point
    package let modifiers: KeyModifiers

    package init(action: Action, button: Button, position: Point, modifiers: KeyModifiers = []) {
        self.action = action
        self.button = button
        self.position = position
        self.modifiers = modifiers
    }
}
