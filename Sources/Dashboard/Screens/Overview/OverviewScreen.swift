import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Screen 1: brokers, health, rates or risks, worst groups, last events.
enum OverviewScreen {
    /// Where the panes stand.
    struct Layout {
        var brokers: Rect
        var tiles: Bool
        var health: Rect
        var side: Rect
        var groups: Rect
        var events: Rect
    }

    static func layout(_ model: Model, _ body: Rect) -> Layout {
        guard !showsOnePane(body) else {
            return Layout(brokers: body, tiles: false, health: body, side: body, groups: body, events: body)
        }
        let count = model.snapshot.brokers.count
        let tiles = body.width >= 98 && (1...3).contains(count) && body.height >= 28
        let top = tiles ? 7 : min(max(1, count), max(1, min(8, body.height / 4))) + 2
        let (brokers, rest) = body.split(top: top)
        let healthHeight = body.width >= 98 && rest.height >= 22 ? 11 : min(8, max(0, rest.height - 4))
        let (middle, bottom) = rest.split(top: healthHeight)
        let left = (body.width - 1) / 2
        let (health, side) = middle.split(left: left, gap: 1)
        let (groups, events) = bottom.split(left: left, gap: 1)
        return Layout(brokers: brokers, tiles: tiles, health: health, side: side, groups: groups, events: events)
    }

    /// Draws all panes that there is room for.
    ///
    /// - Returns: the groups in view.
    static func draw(_ model: Model, on buffer: inout CellBuffer, in body: Rect) -> [String] {
        guard !showsOnePane(body) else {
            let shown = drawPane(focus(model), model, on: &buffer, in: body)
            return focus(model) == .groups ? shown : []
        }
        let layout = layout(model, body)
        if layout.tiles {
            BrokerTiles.draw(model, on: &buffer, in: layout.brokers)
        } else {
            drawPane(.brokers, model, on: &buffer, in: layout.brokers)
        }
        drawPane(.health, model, on: &buffer, in: layout.health)
        if isAtRisk(model) {
            drawPane(.risk, model, on: &buffer, in: layout.side)
        } else {
            RatesPanel.draw(model, on: &buffer, in: layout.side)
        }
        let groups = drawPane(.groups, model, on: &buffer, in: layout.groups)
        drawPane(.events, model, on: &buffer, in: layout.events)
        return groups
    }

    /// Whether At risk stands in the place of Rates.
    static func isAtRisk(_ model: Model) -> Bool { (model.report?.health.problems ?? 0) > 0 }

    /// Whether the cursor is among brokers that stand side by side.
    static func tilesHaveFocus(_ model: Model) -> Bool {
        let body = Frame.body(model.size)
        return model.place == .overview && focus(model) == .brokers && !showsOnePane(body) && layout(model, body).tiles
    }

    /// The panes that take the focus now, in Tab order.
    static func panes(_ model: Model) -> [OverviewPane] {
        OverviewPane.allCases.filter { $0 != .risk || isAtRisk(model) }
    }

    /// The pane with the focus: Health when At risk has gone.
    static func focus(_ model: Model) -> OverviewPane { panes(model).contains(model.pane) ? model.pane : .health }

    /// Whether there is room for the pane with the focus only.
    static func showsOnePane(_ body: Rect) -> Bool { body.height < 13 }

    /// Where a pane stands.
    static func area(_ pane: OverviewPane, _ layout: Layout) -> Rect {
        switch pane {
        case .brokers: layout.brokers
        case .health: layout.health
        case .risk: layout.side
        case .groups: layout.groups
        case .events: layout.events
        }
    }

    /// The list of the pane with the focus, for the moving keys.
    static func list(_ model: Model) -> ListPage { list(focus(model), model) }

    static func list(_ pane: OverviewPane, _ model: Model) -> ListPage {
        let page =
            switch pane {
            case .brokers: BrokerTiles.list(model)
            case .health: HealthPanel.list(model)
            case .risk: RiskPanel.list(model)
            case .groups: OverviewGroups.list(model)
            case .events: OverviewEvents.list(model)
            }
        return pane == focus(model) ? page.filtered(model.list.filter) : page
    }

    @discardableResult
    private static func drawPane(
        _ pane: OverviewPane, _ model: Model, on buffer: inout CellBuffer, in area: Rect
    ) -> [String] {
        guard area.width >= 4, area.height >= 3 else { return [] }
        let page = list(pane, model)
        let focused = focus(model) == pane
        let filter = focused && !model.list.filter.isEmpty ? " ── /\(model.list.filter)" : ""
        let titles = BoxTitles(
            left: (page.titleLeft ?? "") + StyledText(filter), right: page.titleRight,
            bottomRight: page.bottomRight)
        buffer.box(area, titles: titles, border: focused ? .borderFocus : .border)
        let inside = area.insideBox
        if page.ids.isEmpty {
            for (index, line) in page.empty.enumerated() where index < inside.height {
                buffer.text(line, x: inside.x + 1, y: inside.y + index, width: max(0, inside.width - 2))
            }
            return []
        }
        var state = TableState(cursor: focused ? page.cursor(model.list) : 0)
        if focused { state.top = model.list.table.top }
        let layout = table(page, focused: focused).draw(on: &buffer, in: inside, state: state)
        if pane == .brokers { BrokerTiles.drawTitles(layout, on: &buffer, y: area.y) }
        return Array(page.ids.dropFirst(layout.top).prefix(layout.rows.count))
    }

    static func table(_ page: ListPage, focused: Bool) -> Table {
        Table(
            columns: page.columns, count: page.ids.count, hasHeader: page.hasHeader, focused: focused, lead: page.lead,
            row: page.row)
    }

    /// Enter on the focused row.
    static func open(_ model: inout Model) -> [Command] {
        let page = list(model)
        guard let id = page.cursorID(model.list) else { return [] }
        switch focus(model) {
        case .brokers: return Int32(id).map { Navigation.go(.broker($0, .partitions), &model) } ?? []
        case .groups: return Navigation.go(.group(id), &model)
        case .events:
            guard let number = Int(id), let event = EventsScreen.event(number, model) else { return [] }
            if event.kind != .incident { return EventsScreen.open(event, &model) }
            let commands = Navigation.go(.events, &model)
            model.list.cursorID = id
            return commands
        case .health: return HealthPanel.open(id, &model)
        case .risk: return RiskPanel.open(&model)
        }
    }
}
