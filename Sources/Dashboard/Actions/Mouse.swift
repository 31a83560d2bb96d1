import TerminalUI

/// The mouse: a click selects, a click on the selected row opens, a header sorts, the wheel scrolls.
enum Mouse {
    static func handle(_ event: MouseEvent, _ model: inout Model) -> [Command] {
        switch event.action {
        case .wheelUp, .wheelDown:
            _ = Moves.cursor(.mouse(event), &model)
            return []
        case .press, .doubleClick: break
        case .release: return []
        }
        if event.position.y == 1 { return screen(at: event.position.x, &model) }
        guard model.place != .overview, let page = Screens.list(model) else { return [] }
        let inside = Frame.body(model.size).insideBox
        let area = ListView.tableArea(inside, page)
        var state = model.list.table
        state.cursor = page.cursor(model.list)
        let layout = ListView.table(page, model.list).layout(in: area, state: state)
        if let column = layout.header(at: event.position) {
            let numeric = page.columns.first { $0.id == column }?.alignment == .right
            model.list.sort = page.sort.choosing(column, descending: numeric)
            return []
        }
        guard let row = layout.row(at: event.position, count: page.ids.count) else { return [] }
        let again = row == state.cursor
        model.list.table = state.scrolled(count: page.ids.count, page: layout.rows.count)
        model.list.table.cursor = row
        model.list.cursorID = page.ids[row]
        guard again || event.action == .doubleClick,
            let open = Actions.own(model.place).first(where: { $0.keys.contains(.enter) })
        else { return [] }
        return Update.perform(open, &model)
    }

    private static func screen(at x: Int, _ model: inout Model) -> [Command] {
        let width = model.size.width
        var start = 1
        for screen in Screen.allCases {
            var label = "\(screen.rawValue)"
            if width >= 79 || screen == model.place.screen {
                label += " \(width >= 100 ? screen.name : screen.shortName)"
            }
            if (start..<(start + label.count)).contains(x) { return Navigation.go(screen.root, &model) }
            start += label.count + (width >= 100 ? 2 : 1)
        }
        return []
    }
}
