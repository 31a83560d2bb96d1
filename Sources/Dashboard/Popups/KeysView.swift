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

    /// One line: the action that it is about, if any.
    private typealias Line = (text: StyledText, action: Int?)

    /// Where what stands.
    private struct Layout {
        var area: Rect
        /// The first line in view.
        var top: Int
        var lines: Int
        var shown: Int
        /// Each with the cells it has, below the line that is searched in.
        var columns: [(lines: [Line], area: Rect)]
    }

    private static func layout(_ popup: KeysPopup, _ model: Model, in body: Rect) -> Layout {
        let actions = actions(popup, model)
        let isWide = body.width >= 98
        let width = Popups.area(width: isWide ? 100 : 60, lines: 1, in: body).width - 4
        let left = column([.look, .change], width: isWide ? columnWidth - 1 : width, actions, model)
        let right = column([.move, .always], width: isWide ? width - columnWidth : width, actions, model)
        // One column has the other below it.
        let columns = isWide ? [left, right] : [left + [(StyledText(""), nil)] + right]
        let lines = columns.map(\.count).max() ?? 0
        let area = Popups.area(width: isWide ? 100 : 60, lines: lines + 2, in: body)
        let above = Popups.isTight(body) ? 1 : 2
        let shown = area.height - 2 - above
        let chosen = columns.compactMap { $0.firstIndex { $0.action == popup.cursor } }.first ?? 0
        let top = min(max(0, chosen - shown + 3), max(0, lines - shown))
        let list = Rect(x: area.x + 2, y: area.y + 1 + above, width: area.width - 4, height: shown)
        return Layout(
            area: area, top: top, lines: lines, shown: shown,
            columns: columns.enumerated().map { index, lines in
                let x = index * columnWidth
                let width = columns.count == 1 ? list.width : index == 0 ? columnWidth : list.width - x
                return (lines, Rect(x: list.x + x, y: list.y, width: width, height: list.height))
            })
    }

    /// The line under the mouse, by its action.
    static func action(at point: Point, _ popup: KeysPopup, _ model: Model) -> Int? {
        let layout = layout(popup, model, in: Frame.body(model.size))
        guard let column = layout.columns.first(where: { $0.area.contains(point) }) else { return nil }
        let line = layout.top + point.y - column.area.y
        return column.lines.indices.contains(line) ? column.lines[line].action : nil
    }

    static func draw(_ popup: KeysPopup, _ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        let layout = layout(popup, model, in: body)
        let (top, lines, shown) = (layout.top, layout.lines, layout.shown)
        let allowed = model.cluster.readOnlyReason == nil ? "all changes allowed" : "read-only"
        let position =
            lines > shown ? StyledText("\(top + 1)–\(min(lines, top + shown)) of \(lines)", .muted) : nil
        let inside = buffer.popup(
            layout.area,
            titles: BoxTitles(
                left: StyledText("Keys of \(Screens.state(model) == nil ? model.place.title : "this page")"),
                right: StyledText(allowed, .muted),
                bottomRight: position))
        let search =
            popup.isSearching || !popup.search.isEmpty
            ? StyledText("/\(popup.search.text)", .prompt) : StyledText("/ type to search, Enter runs the line", .muted)
        buffer.text(search, x: inside.x, y: inside.y, width: inside.width)
        for column in layout.columns {
            for (index, line) in column.lines.dropFirst(top).prefix(column.area.height).enumerated() {
                let isChosen = line.action == popup.cursor
                buffer.field(line.text, in: column.area.row(index), surface: isChosen ? .selection : nil)
            }
        }
    }

    /// Where the second column begins.
    private static let columnWidth = 46

    private static func column(
        _ groups: [Action.Group], width: Int, _ actions: [Action], _ model: Model
    ) -> [Line] {
        var lines: [Line] = []
        let widest = actions.filter { groups.contains($0.group) }.map { TextWidth.of($0.keyText) }.max() ?? 0
        for group in groups {
            let own = actions.enumerated().filter { $0.element.group == group }
            guard !own.isEmpty else { continue }
            if !lines.isEmpty { lines.append((StyledText(""), nil)) }
            lines.append((StyledText(group.title, .title), nil))
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
                    lines.append((text + StyledText(part, enabled ? .text : .disabled), index))
                }
            }
        }
        return lines
    }
}
