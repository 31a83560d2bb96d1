import TerminalUI

/// `?`: the keys of the present place, searchable, executable.
enum KeysView {
    /// Lines that can be chosen, in order.
    static func actions(_ popup: KeysPopup, _ model: Model) -> [Action] {
        let wanted = popup.search.text.lowercased()
        let all = model.actions.filter { !$0.keyText.isEmpty && $0.id != "keys" && $0.available(model) != .hidden }
        let found = all.filter { action in
            wanted.isEmpty || action.help.lowercased().contains(wanted) || action.keyText.lowercased().contains(wanted)
        }
        return Action.Group.allCases.flatMap { group in found.filter { $0.group == group } }
    }

    static func handle(_ key: Key, _ popup: KeysPopup, _ model: inout Model) -> [Command] {
        var popup = popup
        let actions = actions(popup, model)
        if popup.isSearching {
            if key == .enter || key == .escape {
                popup.isSearching = false
                if key == .escape { popup.search.set("") }
            } else if popup.search.handle(key) {
                popup.cursor = 0
            }
            model.popup = .keys(popup)
            return []
        }
        switch key {
        case .escape, .character("q"), .character("?"): model.popup = nil
        case .character("/"):
            popup.isSearching = true
            model.popup = .keys(popup)
        case .enter:
            model.popup = nil
            guard actions.indices.contains(popup.cursor) else { return [] }
            return Update.perform(actions[popup.cursor], &model)
        default:
            var state = TableState(cursor: popup.cursor)
            guard state.handle(key, count: actions.count, page: 10) else { return [] }
            popup.cursor = state.cursor
            model.popup = .keys(popup)
        }
        return []
    }

    static func draw(_ popup: KeysPopup, _ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        let actions = actions(popup, model)
        let isWide = body.width >= 98
        let width = Popups.area(width: isWide ? 100 : 60, lines: 1, in: body).width - 4
        let left = column([.look, .change], width: isWide ? columnWidth - 1 : width, actions, popup, model)
        let right = column([.move, .always], width: isWide ? width - columnWidth : width, actions, popup, model)
        // One column has the other below it.
        let columns = isWide ? [left, right] : [left + [(StyledText(""), false)] + right]
        let lines = columns.map(\.count).max() ?? 0
        let allowed = model.cluster.readOnlyReason == nil ? "all changes allowed" : "read-only"
        let area = Popups.area(width: isWide ? 100 : 60, lines: lines + 2, in: body)
        let shown = area.height - 4
        let chosen = columns.compactMap { $0.firstIndex { $0.1 } }.first ?? 0
        let top = min(max(0, chosen - shown + 3), max(0, lines - shown))
        let position =
            lines > shown ? StyledText("\(top + 1)–\(min(lines, top + shown)) of \(lines)", .muted) : nil
        let inside = buffer.popup(
            area,
            titles: BoxTitles(
                left: StyledText("Keys of \(model.place.screen.name)"), right: StyledText(allowed, .muted),
                bottomRight: position))
        let search =
            popup.isSearching || !popup.search.isEmpty
            ? StyledText("/\(popup.search.text)", .prompt) : StyledText("/ type to search, Enter runs the line", .muted)
        buffer.text(search, x: inside.x, y: inside.y, width: inside.width)
        let list = inside.split(top: 2).rest
        for (index, column) in columns.enumerated() {
            let x = index * columnWidth
            let width = columns.count == 1 ? list.width : index == 0 ? columnWidth : list.width - x
            draw(
                Array(column.dropFirst(top)), on: &buffer,
                in: Rect(x: list.x + x, y: list.y, width: width, height: list.height))
        }
    }

    /// Where the second column begins.
    private static let columnWidth = 46

    private static func draw(_ lines: [(StyledText, Bool)], on buffer: inout CellBuffer, in area: Rect) {
        for (index, line) in lines.prefix(area.height).enumerated() {
            buffer.field(line.0, in: area.row(index), surface: line.1 ? .selection : nil)
        }
    }

    private static func column(
        _ groups: [Action.Group], width: Int, _ actions: [Action], _ popup: KeysPopup, _ model: Model
    ) -> [(StyledText, Bool)] {
        var lines: [(StyledText, Bool)] = []
        let widest = actions.filter { groups.contains($0.group) }.map { TextWidth.of($0.keyText) }.max() ?? 0
        for group in groups {
            let own = actions.enumerated().filter { $0.element.group == group }
            guard !own.isEmpty else { continue }
            if !lines.isEmpty { lines.append((StyledText(""), false)) }
            lines.append((StyledText(group.title, .title), false))
            for (index, action) in own {
                var help = action.help
                var enabled = true
                if case .no(let reason) = action.available(model) {
                    help = reason
                    enabled = false
                }
                for (row, part) in Wrap.lines(help, width: max(10, width - widest - 4)).enumerated() {
                    let keys = "  " + (row == 0 ? action.keyText : "").padded(to: widest + 2)
                    let text = StyledText(keys, enabled ? .hintKey : .disabled)
                    lines.append((text + StyledText(part, enabled ? .text : .disabled), index == popup.cursor))
                }
            }
        }
        return lines
    }
}
