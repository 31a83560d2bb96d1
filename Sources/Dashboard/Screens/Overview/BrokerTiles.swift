import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Brokers on Overview: a tile each while there are few, else rows.
enum BrokerTiles {
    static func draw(_ model: Model, on buffer: inout CellBuffer, in area: Rect) {
        let page = list(model)
        let cursor = page.cursor(model.list)
        let tiles = area.columns(model.snapshot.brokers.count, gap: 1)
        for (index, broker) in model.snapshot.brokers.enumerated() {
            let focused = model.pane == .brokers && index == cursor
            draw(broker, focused: focused, model, on: &buffer, in: tiles[index])
        }
    }

    private static func draw(
        _ broker: BrokerSnapshot, focused: Bool, _ model: Model, on buffer: inout CellBuffer, in area: Rect
    ) {
        let star = model.snapshot.controller == broker.id ? " \(model.glyphs.controller)" : ""
        let cursor = focused ? String(model.glyphs.cursor) : " "
        let title = StyledText("\(cursor)\(broker.id)\(star) ", .title) + BrokerWords.state(broker, model)
        var right: StyledText?
        if case .down(let since) = broker.state {
            right = StyledText(Format.age(Double(model.shownNow - since) / 1_000), .muted)
        }
        buffer.box(
            area, titles: BoxTitles(left: title, right: right), border: focused ? .borderFocus : .border)
        let inside = area.insideBox
        for (index, line) in lines(broker, model).enumerated() where index < inside.height {
            buffer.text(line, x: inside.x + 1, y: inside.y + index, width: max(0, inside.width - 1))
        }
    }

    private static func lines(_ broker: BrokerSnapshot, _ model: Model) -> [StyledText] {
        let figures = model.figures.brokers[broker.id] ?? BrokerFigures()
        let rack = broker.rack.map { $0.hasPrefix("rack") ? "   \($0)" : "   rack \($0)" } ?? ""
        var first = StyledText("\(broker.host):\(broker.port)\(rack)")
        if BrokerWords.isDown(broker) {
            let was = broker.ledBefore.map { " (was \($0))" } ?? ""
            let disk = broker.disk.map { "disk ~\(Format.bytes(Int($0.value)))" } ?? ""
            return [
                first, StyledText("leaders 0\(was)  replicas \(figures.replicas)"),
                StyledText("none of its replicas answers"), StyledText(disk, .stale),
                StyledText(broker.cause ?? ""),
            ]
        }
        let up = BrokerWords.uptime(broker, model).plain
        if up != "—" { first += StyledText("   up \(up)") }
        let urp = StyledText("URP \(figures.underReplicated)", figures.underReplicated > 0 ? .healthDegraded : .text)
        let silent = BrokerWords.isPaused(broker)
        let pid = broker.pid.map { "  pid \($0)" } ?? ""
        let rss = broker.residentBytes.map { "  RSS \(Format.bytes(Int($0)))" } ?? ""
        let disk = broker.disk.map { Format.bytes(Int($0.value)) } ?? "?"
        return [
            first, StyledText("leaders \(figures.leaders)   replicas \(figures.replicas)   ") + urp,
            rate("in", silent ? nil : figures.bytesIn.now, figures.bytesIn.trend, model),
            figures.bytesOut.now == nil && figures.bytesOut.trend.isEmpty
                ? StyledText("out  —", .muted) : rate("out", figures.bytesOut.now, figures.bytesOut.trend, model),
            StyledText("disk \(disk)\(pid)\(rss)"),
        ]
    }

    private static func rate(_ name: String, _ now: Double?, _ trend: [Double?], _ model: Model) -> StyledText {
        let text = now.map { Format.byteRate($0) } ?? "?"
        return StyledText(name.padded(to: 5) + text.padded(to: 11))
            + Figure.trend(trend, width: 8, glyphs: model.glyphs)
    }

    static let columns: [TableColumn] = [
        .words("id", title: "", width: 4, gap: 0),
        .words("state", title: "", width: 19),
        .number("leaders", title: "lead", width: 9),
        .number("replicas", title: "repl", width: 9),
        .number("urp", title: "URP", width: 8, dropOrder: 3),
        .number("in", title: "in", width: 10, dropOrder: 2),
        .number("out", title: "out", width: 10, dropOrder: 1),
        .number("up", title: "up", width: 6),
        .name("rest", title: "", min: 0),
    ]

    /// Brokers as rows; those with a problem first when there are many.
    static func list(_ model: Model) -> ListPage {
        var brokers = model.snapshot.brokers
        if brokers.count > 8 { brokers = brokers.filter { $0.state != .up } + brokers.filter { $0.state == .up } }
        let shown = brokers
        var page = ListPage(
            title: "Brokers", columns: columns.map { untitled($0) }, ids: shown.map { "\($0.id)" },
            total: shown.count, sort: TableSort(column: "id"),
            row: { TableRow(cells(shown[$0], model)) })
        page.titleLeft = StyledText("Brokers \(shown.count)")
        page.titleRight = "in ─────── out"
        page.empty = ["No broker is known yet."]
        return page
    }

    private static func untitled(_ column: TableColumn) -> TableColumn {
        TableColumn(
            column.id, title: "", width: column.width, alignment: column.alignment, dropOrder: column.dropOrder,
            gap: column.gap, cut: column.cut)
    }

    private static func cells(_ broker: BrokerSnapshot, _ model: Model) -> [String: StyledText] {
        let figures = model.figures.brokers[broker.id] ?? BrokerFigures()
        let star = model.snapshot.controller == broker.id ? " \(model.glyphs.controller)" : ""
        let down = BrokerWords.isDown(broker)
        let urp = StyledText("URP \(figures.underReplicated)", figures.underReplicated > 0 ? .healthDegraded : .text)
        return [
            "id": StyledText("\(broker.id)\(star)"), "state": BrokerWords.state(broker, model),
            "leaders": StyledText("lead \(String(figures.leaders).leftPadded(to: 4))"),
            "replicas": StyledText("repl \(String(figures.replicas).leftPadded(to: 4))"),
            "urp": down ? "" : urp,
            "in": down ? "" : Figure.byteRate(figures.bytesIn.now, suffix: "/s"),
            "out": down || figures.bytesOut.now == nil ? "" : Figure.byteRate(figures.bytesOut.now, suffix: "/s"),
            "up": BrokerWords.uptime(broker, model),
        ]
    }
}
