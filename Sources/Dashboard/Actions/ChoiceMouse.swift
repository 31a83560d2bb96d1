import TerminalUI

/// Clicks on the lines of popups that are chosen from: a click is the cursor on the line, and Enter.
enum ChoiceMouse {
    static func press(_ event: MouseEvent, _ model: inout Model) -> [Command] {
        guard event.action == .press, event.button == .left, let popup = model.popup else { return [] }
        let (point, body) = (event.position, Frame.body(model.size))
        switch popup {
        case .sort(var sort):
            let count = Screens.list(model)?.sortable.count ?? 0
            guard
                let line = LetterChoice.line(
                    at: point, count: count, cursor: sort.cursor, width: SortChoice.width, in: body)
            else { return [] }
            sort.cursor = line
            model.popup = .sort(sort)
        case .copy(var copy):
            guard
                let line = LetterChoice.line(
                    at: point, count: copy.forms.count, cursor: copy.cursor, width: CopyChoice.width, in: body)
            else { return [] }
            copy.cursor = line
            model.popup = .copy(copy)
        case .keys(var keys):
            guard let line = KeysView.action(at: point, keys, model) else { return [] }
            (keys.cursor, keys.isSearching) = (line, false)
            model.popup = .keys(keys)
        case .plan, .form, .text, .sending, .result, .message, .reset: return []
        }
        return Popups.handle(.enter, &model)
    }

    /// A click on what `:` offers runs it; elsewhere it does nothing to what is typed.
    static func suggestion(_ event: MouseEvent, _ model: inout Model) -> [Command] {
        guard event.action == .press, event.button == .left, var open = model.prompt, open.purpose == .command else {
            return []
        }
        let found = Palette.suggestions(open.prompt.input.text, model)
        let area = Suggestions.area(lines: found.count, open, model.size).insideBox
        guard area.contains(event.position), found.indices.contains(event.position.y - area.y) else { return [] }
        open.prompt.input.set(found[event.position.y - area.y].text)
        open.chosen = 0
        model.prompt = open
        return Prompts.handle(.enter, &model)
    }
}
