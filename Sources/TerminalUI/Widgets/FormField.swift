/// One field of a form.
package struct FormField: Hashable, Sendable {
    /// What can be entered.
    package enum Value: Hashable, Sendable {
        case text(TextInput)
        /// Digits only, with an optional sign.
        case number(TextInput)
        /// One of a few, on one line: `[delete]  compact   both`.
        case choice([String], selected: Int)
        /// One of a few, one below the other with `(•)`.
        case list([String], selected: Int)
        /// `[x]` with what it means.
        case check(String, isOn: Bool)
        /// Shown only; never gets the focus.
        case fixed(StyledText)
    }

    package let id: String
    package let label: String
    package var value: Value
    /// Stands right of the field, muted unless it says otherwise.
    package var note: StyledText
    /// Stands in an empty field without the focus.
    package var placeholder = ""

    package init(_ id: String, label: String, value: Value, note: StyledText = "") {
        self.id = id
        self.label = label
        self.value = value
        self.note = note
    }

    package static func text(_ id: String, _ label: String, _ text: String = "", note: StyledText = "") -> FormField {
        FormField(id, label: label, value: .text(TextInput(text)), note: note)
    }

    package static func number(_ id: String, _ label: String, _ number: Int, note: StyledText = "") -> FormField {
        FormField(id, label: label, value: .number(TextInput(String(number), limit: 20)), note: note)
    }

    package var canFocus: Bool {
        if case .fixed = value { false } else { true }
    }

    /// Rows taken on the screen.
    package var height: Int {
        if case .list(let options, _) = value { max(1, options.count) } else { 1 }
    }

    /// The entered or chosen text.
    package var string: String {
        switch value {
        case .text(let input), .number(let input): input.text
        case .choice(let options, let selected), .list(let options, let selected):
            options.indices.contains(selected) ? options[selected] : ""
        case .check(_, let isOn): isOn ? "true" : "false"
        case .fixed(let text): text.plain
        }
    }

    /// The entered number; nil when there is none.
    package var integer: Int? { Int(string) }

    /// Applies a key while this field has the focus.
    ///
    /// - Returns: whether the field used it.
    package mutating func handle(_ key: Key) -> Bool {
        switch value {
        case .text(var input):
            guard input.handle(key) else { return false }
            value = .text(input)
        case .number(var input):
            guard Self.fitsNumber(key), input.handle(key) else { return false }
            value = .number(input)
        case .choice(let options, let selected):
            guard let step = Self.step(key, back: .left, forward: .right) else { return false }
            value = .choice(options, selected: Self.moved(selected, by: step, count: options.count))
        case .list(let options, let selected):
            guard let step = Self.step(key, back: .up, forward: .down) else { return false }
            let next = selected + step
            guard options.indices.contains(next) else { return false }
            value = .list(options, selected: next)
        case .check(let text, let isOn):
            guard [.character(" "), .left, .right].contains(key) else { return false }
            value = .check(text, isOn: !isOn)
        case .fixed:
            return false
        }
        return true
    }

    private static func fitsNumber(_ key: Key) -> Bool {
        let allowed = { (character: Character) in ("0"..."9").contains(character) || character == "-" }
        return switch key {
        case .character(let character): allowed(character)
        case .paste(let text): text.allSatisfy(allowed)
        default: true
        }
    }

    private static func step(_ key: Key, back: Key, forward: Key) -> Int? {
        key == back ? -1 : key == forward || key == .character(" ") ? 1 : nil
    }

    private static func moved(_ selected: Int, by step: Int, count: Int) -> Int {
        count == 0 ? 0 : (selected + step + count) % count
    }
}
