import TerminalUI

/// Says that what was typed or pasted was not taken, as the text would be longer than it may be.
enum Overlong {
    static func say(after key: Key, _ model: inout Model) {
        guard let text = words(key, model) else { return }
        // The flash line is where a prompt stands.
        guard model.prompt == nil else {
            model.prompt?.note = text
            return
        }
        model.say(text, .warn)
    }

    private static func words(_ key: Key, _ model: Model) -> String? {
        switch key {
        case .character, .paste:
            guard let input = input(model), input.refused > 0 else { return nil }
            let most = Format.count(input.limit)
            return input.refused == 1
                ? "no more than \(most) characters"
                : "\(Format.count(input.refused)) characters do not fit: at most \(most). None was taken"
        case .tooLongPaste(let limit):
            guard model.prompt != nil || model.popup?.takesText == true else { return nil }
            return "more than \(Format.bytes(limit)) were pasted. None of it was taken"
        default: return nil
        }
    }

    /// The text that is typed into.
    private static func input(_ model: Model) -> TextInput? {
        if let open = model.prompt { return open.prompt.input }
        switch model.popup {
        case .form(let popup): return popup.form.focusedInput
        case .plan(let plan): if case .typed(let typed) = plan.question { return typed.input } else { return nil }
        case .reset(let reset): return reset.focus == .name ? reset.typed.input : nil
        case .keys(let keys): return keys.isSearching ? keys.search : nil
        case .text, .sending, .result, .message, .sort, .copy, nil: return nil
        }
    }
}
