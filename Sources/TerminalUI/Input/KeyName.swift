/// The names of keys as written in hints, help and settings: `Enter`, `C-d`, `M-x`, `S-Tab`, `PgUp`, `F1`, `Space`.
extension Key {
    /// The name; a mouse report, paste or resize has none.
    package var name: String? {
        switch self {
        case .character(" "): "Space"
        case .character(let character): String(character)
        case .control(let character): "C-\(character)"
        case .alt(let character): "M-\(character)"
        case .function(let number): "F\(number)"
        case .modified(let key, let modifiers): modifiers.prefix + key.rawValue
        case .mouse, .paste, .tooLongPaste, .resize: nil
        default: Self.plainNames.first { $0.key == self }?.name
        }
    }

    /// The key of a name; nil when there is none.
    package init?(name: String) {
        if let plain = Self.plainNames.first(where: { $0.name == name }) {
            self = plain.key
        } else if name == "Space" {
            self = .character(" ")
        } else if name.count == 1, let character = name.first {
            self = .character(character)
        } else if name.first == "F", let number = Int(name.dropFirst()), (1...12).contains(number) {
            self = .function(number)
        } else {
            self.init(modifiedName: name)
        }
    }

    private init?(modifiedName name: String) {
        var modifiers: KeyModifiers = []
        var rest = Substring(name)
        while rest.count > 2, let modifier = KeyModifiers(prefix: rest.prefix(2)) {
            modifiers.insert(modifier)
            rest = rest.dropFirst(2)
        }
        if modifiers.isEmpty { return nil }
        if let key = CursorKey(rawValue: String(rest)) {
            self = .modified(key, modifiers)
        } else if rest.count == 1, let character = rest.first, modifiers == .control {
            self = .control(Character(character.lowercased()))
        } else if rest.count == 1, let character = rest.first, modifiers == .alt {
            self = .alt(character)
        } else {
            return nil
        }
    }

    private static let plainNames: [(key: Key, name: String)] = [
        (.enter, "Enter"), (.escape, "Esc"), (.tab, "Tab"), (.backTab, "S-Tab"), (.backspace, "Backspace"),
        (.delete, "Delete"), (.insert, "Insert"), (.up, "Up"), (.down, "Down"), (.left, "Left"),
        (.right, "Right"), (.home, "Home"), (.end, "End"), (.pageUp, "PgUp"), (.pageDown, "PgDn"),
    ]
}

extension KeyModifiers {
    fileprivate var prefix: String {
        (contains(.control) ? "C-" : "") + (contains(.alt) ? "M-" : "") + (contains(.shift) ? "S-" : "")
    }

    fileprivate init?(prefix: Substring) {
        switch prefix {
        case "C-": self = .control
        case "M-": self = .alt
        case "S-": self = .shift
        default: return nil
        }
    }
}
