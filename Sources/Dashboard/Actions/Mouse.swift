import TerminalUI

/// The mouse: a click selects, a click on the selected row opens, a header sorts, the wheel scrolls; screens, tabs,
/// panes, tiles and buttons are clicked where they stand.
enum Mouse {
    static func handle(_ event: MouseEvent, _ model: inout Model) -> [Command] {
        switch event.action {
        case .wheelUp, .wheelDown:
            if model.place == .overview { _ = focusPane(at: event.position, &model) }
            _ = Moves.cursor(.mouse(event), &model)
            return []
        case .press where event.button == .left, .doubleClick: break
        case .press, .release: return []
        }
        if event.position.y == 0 { return crumb(at: event.position.x, &model) }
        if event.position.y == 1 { return screen(at: event.position.x, &model) }
        if model.place == .overview { return overview(event, &model) }
        let inside = Frame.body(model.size).insideBox
        if event.position.y == inside.y, let tab = tab(at: event.position.x, inside, model) {
            return enter(tab, &model)
        }
        guard let page = Screens.list(model) else { return [] }
        return list(page, ListView.table(page, model.list), ListView.tableArea(inside, page), event, &model)
    }

    /// A click inside a list: its header sorts, its rows are selected, the selected one opens.
    private static func list(
        _ page: ListPage, _ table: Table, _ area: Rect, _ event: MouseEvent, _ model: inout Model
    ) -> [Command] {
        var state = model.list.table
        state.cursor = page.cursor(model.list)
        let layout = table.layout(in: area, state: state)
        if model.place != .overview, let column = layout.header(at: event.position) {
            return page.sortable.contains { $0.id == column } ? SortChoice.choose(named: column, &model) : []
        }
        guard let row = layout.row(at: event.position, count: page.ids.count) else { return [] }
        let again = row == state.cursor
        model.list.table = state.scrolled(count: page.ids.count, page: layout.rows.count)
        return select(row, page, opens: again || event.action == .doubleClick, &model)
    }

    private static func select(_ row: Int, _ page: ListPage, opens: Bool, _ model: inout Model) -> [Command] {
        model.list.table.cursor = row
        model.list.cursorID = page.ids[row]
        guard opens, let open = Actions.shipped(model).first(where: { $0.keys.contains(.enter) }) else { return [] }
        return Update.perform(open, &model)
    }

    // MARK: Overview

    /// The pane at a place takes the focus; answers whether it had it before, nil outside of all.
    private static func focusPane(at position: Point, _ model: inout Model) -> Bool? {
        let layout = OverviewScreen.layout(model, Frame.body(model.size))
        let body = Frame.body(model.size)
        let panes = OverviewScreen.showsOnePane(body) ? [OverviewScreen.focus(model)] : OverviewScreen.panes(model)
        guard let pane = panes.first(where: { OverviewScreen.area($0, layout).contains(position) }) else { return nil }
        defer { model.pane = pane }
        return OverviewScreen.focus(model) == pane
    }

    private static func overview(_ event: MouseEvent, _ model: inout Model) -> [Command] {
        guard Screens.state(model) == nil, let hadFocus = focusPane(at: event.position, &model) else { return [] }
        let layout = OverviewScreen.layout(model, Frame.body(model.size))
        let page = OverviewScreen.list(model)
        if model.pane == .brokers, layout.tiles {
            let tiles = layout.brokers.columns(page.ids.count, gap: 1)
            guard let index = tiles.firstIndex(where: { $0.contains(event.position) }) else { return [] }
            let again = hadFocus && index == page.cursor(model.list)
            return select(index, page, opens: again || event.action == .doubleClick, &model)
        }
        let area = OverviewScreen.area(model.pane, layout).insideBox
        let table = OverviewScreen.table(page, focused: true)
        guard hadFocus || event.action == .doubleClick else {
            let shown = table.layout(in: area, state: TableState())
            guard let row = shown.row(at: event.position, count: page.ids.count) else { return [] }
            return select(row, page, opens: false, &model)
        }
        return list(page, table, area, event, &model)
    }

    // MARK: around the lists

    /// The key of the hint that is clicked; the first where it names several.
    static func hint(_ event: MouseEvent, _ model: Model) -> Key? {
        guard event.action == .press || event.action == .doubleClick, event.button == .left,
            event.position.y == model.size.height - 2
        else { return nil }
        let hint = Frame.hints(model).hint(at: event.position.x - 1, width: model.size.width - 2, glyphs: model.glyphs)
        return hint.flatMap { $0.keys.split(separator: " ").first }.flatMap { Key(name: String($0)) }
    }

    /// A crumb leads to what it names: all clusters, the screen, the object of a tab.
    private static func crumb(at x: Int, _ model: inout Model) -> [Command] {
        let crumbs = StatusLine.crumbNames(model)
        var start = 1
        for (index, name) in crumbs.enumerated() {
            let width = TextWidth.of(name, glyphs: model.glyphs)
            if (start..<(start + width)).contains(x) {
                switch index {
                case 0: return Navigation.go(.overview, &model)
                case 1: return Navigation.go(.clusters, &model)
                case crumbs.count - 1: return []
                case 2: return Navigation.go(model.place.screen.root, &model)
                default: return model.place.parent.map { Navigation.go($0, &model) } ?? []
                }
            }
            start += width + 3
        }
        return []
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

    private static func tab(at x: Int, _ inside: Rect, _ model: Model) -> Int? {
        Screens.tabs(model)?.columns(from: inside.x + 1, glyphs: model.glyphs).firstIndex { $0.contains(x) }
    }

    private static func enter(_ tab: Int, _ model: inout Model) -> [Command] {
        switch model.place {
        case .broker(let id, _): BrokerTab(rawValue: tab).map { Navigation.enter(.broker(id, $0), &model) } ?? []
        case .topic(let name, _): TopicTab(rawValue: tab).map { Navigation.enter(.topic(name, $0), &model) } ?? []
        default: []
        }
    }

    // MARK: popups

    /// The button of the popup under the mouse, found in the frame as it is drawn: a line that shows all buttons.
    static func button(_ event: MouseEvent, in model: Model) -> Int? {
        guard event.action == .press, event.button == .left, let popup = model.popup else { return nil }
        let labels = Popups.buttons(popup, model)
        let lines = View.view(model).lines
        guard lines.indices.contains(event.position.y) else { return nil }
        let line = lines[event.position.y]
        guard !labels.isEmpty, labels.allSatisfy({ line.contains($0) }) else { return nil }
        let cells = Array(line)
        return labels.firstIndex { label in
            let word = Array(label)
            return cells.indices.contains { start in
                cells[start...].starts(with: word) && (start - 1...start + word.count).contains(event.position.x)
            }
        }
    }
}
