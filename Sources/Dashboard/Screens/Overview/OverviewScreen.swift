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

    static func draw(_ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        let layout = layout(model, body)
        if layout.tiles {
            BrokerTiles.draw(model, on: &buffer, in: layout.brokers)
        } else {
            drawPane(.brokers, model, on: &buffer, in: layout.brokers)
        }
        drawPane(.health, model, on: &buffer, in: layout.health)
        if (model.report?.health.problems ?? 0) > 0 {
            RiskPanel.draw(model, on: &buffer, in: layout.side)
        } else {
            RatesPanel.draw(model, on: &buffer, in: layout.side)
        }
        drawPane(.groups, model, on: &buffer, in: layout.groups)
        drawPane(.events, model, on: &buffer, in: layout.events)
    }

    /// The list of the pane with the focus, for the moving keys.
    static func list(_ model: Model) -> ListPage { list(model.pane, model) }

    static func list(_ pane: OverviewPane, _ model: Model) -> ListPage {
        switch pane {
        case .brokers: BrokerTiles.list(model)
        case .health: HealthPanel.list(model)
        case .groups: OverviewGroups.list(model)
        case .events: OverviewEvents.list(model)
        }
    }

    private static func drawPane(
        _ pane: OverviewPane, _ model: Model, on buffer: inout CellBuffer, in area: Rect
    ) {
        guard area.width >= 4, area.height >= 3 else { return }
        let page = list(pane, model)
        let focused = model.pane == pane
        let titles = BoxTitles(left: page.titleLeft, right: page.titleRight)
        buffer.box(area, titles: titles, border: focused ? .borderFocus : .border)
        let inside = area.insideBox
        if page.ids.isEmpty {
            for (index, line) in page.empty.enumerated() where index < inside.height {
                buffer.text(line, x: inside.x + 1, y: inside.y + index, width: max(0, inside.width - 2))
            }
            return
        }
        var state = TableState(cursor: focused ? page.cursor(model.list) : 0)
        if focused { state.top = model.list.table.top }
        let table = Table(
            columns: page.columns, count: page.ids.count, hasHeader: page.hasHeader, focused: focused, row: page.row)
        guard !page.hasHeader, pane != .brokers else {
            table.draw(on: &buffer, in: inside, state: state)
            return
        }
        // Panes of sentences begin one cell after the frame: no cell for a mark, the cursor stands in the blank one.
        let wider = Rect(x: inside.x - 1, y: inside.y, width: inside.width + 1, height: inside.height)
        buffer.clipped(to: inside) { buffer in
            let layout = table.draw(on: &buffer, in: wider, state: state)
            guard focused else { return }
            let y = layout.rows.lowerBound + state.cursor - layout.top
            buffer.text(String(buffer.glyphs.cursor), x: inside.x, y: y, style: Style(.selection, on: .selection))
        }
    }

    /// Enter on the focused row.
    static func open(_ model: inout Model) -> [Command] {
        let page = list(model)
        guard let id = page.cursorID(model.list) else { return [] }
        switch model.pane {
        case .brokers: return Int32(id).map { Navigation.go(.broker($0, .partitions), &model) } ?? []
        case .groups: return Navigation.go(.group(id), &model)
        case .events:
            let commands = Navigation.go(.events, &model)
            model.list.cursorID = id
            return commands
        case .health: return HealthPanel.open(id, &model)
        }
    }
}
