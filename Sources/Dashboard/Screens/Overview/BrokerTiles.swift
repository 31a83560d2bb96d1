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
            let focused = OverviewScreen.focus(model) == .brokers && index == cursor
            draw(broker, focused: focused, model, on: &buffer, in: tiles[index])
        }
    }

    private static func draw(
        _ broker: BrokerSnapshot, focused: Bool, _ model: Model, on buffer: inout CellBuffer, in area: Rect
    ) {
        let star = model.snapshot.activeController == broker.id ? " \(model.glyphs.controller)" : ""
        let cursor = focused ? String(model.glyphs.cursor) : " "
        let surface = model.recent.surfaces(.broker(broker.id))["state"]
        let state = BrokerWords.state(broker, model)
        let title = StyledText("\(cursor)\(broker.id)\(star) ", .title) + state.on(surface)
        let right =
            BrokerWords.isDown(broker)
            ? broker.awaySince.map { StyledText(Format.age(Double(model.shownNow - $0) / 1_000), .muted) } : nil
        buffer.box(
            area, titles: BoxTitles(left: title, right: right), border: focused ? .borderFocus : .border)
        let inside = area.insideBox
        let width = max(0, inside.width - 1)
        for (index, line) in lines(broker, width: width, model).enumerated() where index < inside.height {
            buffer.text(line, x: inside.x + 1, y: inside.y + index, width: width)
        }
    }

    private static func lines(_ broker: BrokerSnapshot, width: Int, _ model: Model) -> [StyledText] {
        let figures = model.figures.brokers[broker.id] ?? BrokerFigures()
        let rack = broker.rack.map { [StyledText($0.hasPrefix("rack") ? $0 : "rack \($0)")] } ?? []
        let address = [StyledText(broker.address)] + rack
        if BrokerWords.isDown(broker) {
            let was = broker.ledBefore.map { " (was \($0))" } ?? ""
            let disk = broker.disk.map { StyledText("disk ") + Figure.bytes($0.value, stale: true) } ?? ""
            return [
                spread(address, width), StyledText("leaders \(figures.leaders)\(was)  replicas \(figures.replicas)"),
                StyledText("none of its replicas answers"), disk, StyledText(BrokerWords.death(broker)),
            ]
        }
        let up = BrokerWords.uptime(broker, model).plain
        let urp = StyledText("URP \(figures.underReplicated)", figures.underReplicated > 0 ? .healthDegraded : .text)
        let silent = broker.state != .up && broker.state != .stopping
        let stale = silent || broker.disk.map { model.isStale($0.at, source: .logDirs, isOfAll: true) } ?? false
        let process = [
            broker.pid.map { StyledText("pid \($0)") },
            broker.residentBytes.map { StyledText("RSS \(Format.bytes(Int($0)))") },
        ]
        return [
            spread(address + (up == "—" ? [] : [StyledText("up \(up)")]), width),
            spread([StyledText("leaders \(figures.leaders)"), StyledText("replicas \(figures.replicas)"), urp], width),
            rate("in", silent ? nil : figures.bytesIn.now, figures.bytesIn.trend, model),
            figures.bytesOut.now == nil && figures.bytesOut.trend.isEmpty
                ? StyledText("out  ") + Figure.none
                : rate("out", silent ? nil : figures.bytesOut.now, figures.bytesOut.trend, model),
            spread(
                [StyledText("disk ") + Figure.bytes(broker.disk?.value, role: .text, stale: stale)]
                    + process.compactMap { $0 }, width),
        ]
    }

    /// Facts three blanks apart, two where three do not fit.
    private static func spread(_ facts: [StyledText], _ width: Int) -> StyledText {
        func joined(_ gap: String) -> StyledText {
            facts.enumerated().reduce(into: StyledText(spans: [])) { line, fact in
                if fact.offset > 0 { line += StyledText(gap) }
                line += fact.element
            }
        }
        let wide = joined("   ")
        return wide.width() <= width ? wide : joined("  ")
    }

    private static func rate(_ name: String, _ now: Double?, _ trend: [Double?], _ model: Model) -> StyledText {
        let text =
            now.map { StyledText(Format.byteRate($0).padded(to: 11)) } ?? Figure.unknown + StyledText("          ")
        return StyledText(name.padded(to: 5)) + text + Figure.trend(trend, width: 8, glyphs: model.glyphs)
    }

    /// Rows say what each number is, as there is no header: `lead  41 repl 121 URP   0`.
    static let columns: [TableColumn] = [
        .words("id", title: "", width: 4, gap: 0),
        .words("state", title: "", width: 19, gap: 0),
        .number("leaders", title: "", width: 8, dropOrder: 5),
        .number("replicas", title: "", width: 8, dropOrder: 4),
        .number("urp", title: "", width: 7, dropOrder: 3),
        .number("in", title: "", width: 9, dropOrder: 2),
        .number("out", title: "", width: 9, dropOrder: 1),
        .number("up", title: "", width: 5, dropOrder: 6),
        TableColumn("rest", title: "", width: .rest(min: 0), gap: 0),
    ]

    /// Rows shown of many brokers.
    static let rows = 8

    /// Brokers as rows; of more than eight those with a problem first, then how many more there are.
    static func list(_ model: Model) -> ListPage {
        var brokers = model.snapshot.brokers
        if brokers.count > rows { brokers = brokers.filter(\.isTroubled) + brokers.filter { !$0.isTroubled } }
        if model.list.problemsOnly { brokers = brokers.filter(\.isTroubled) }
        let shown = brokers
        var page = ListPage(
            title: "Brokers", columns: columns, ids: shown.map { "\($0.id)" }, total: shown.count,
            sort: TableSort(column: "id"),
            row: { index in
                var row = TableRow(cells(shown[index], model))
                row.cellSurfaces = model.recent.surfaces(.broker(shown[index].id))
                return row
            })
        page.lead = 1
        page.titleLeft = StyledText("Brokers \(model.snapshot.brokers.count)")
        if shown.count > rows { page.bottomRight = StyledText("… \(shown.count - rows) more", .muted) }
        page.empty = [
            model.report == nil
                ? StyledText("No broker is known yet.", .muted) : StyledText("No broker has a problem.", .healthOk)
        ]
        return page
    }

    /// What the columns of rates are called: in the frame, as the rows have no header.
    static func drawTitles(_ layout: TableLayout, on buffer: inout CellBuffer, y: Int) {
        for placed in layout.placed where placed.column.id == "in" || placed.column.id == "out" {
            buffer.textEnding(
                at: placed.x + placed.width, y: y, width: 5, StyledText(" \(placed.column.id) ", .muted))
        }
    }

    private static func cells(_ broker: BrokerSnapshot, _ model: Model) -> [String: StyledText] {
        let figures = model.figures.brokers[broker.id] ?? BrokerFigures()
        let star = model.snapshot.activeController == broker.id ? " \(model.glyphs.controller)" : ""
        let away = broker.awaySince.map { StyledText(Format.age(Double(model.shownNow - $0) / 1_000), .muted) }
        return [
            "id": StyledText("\(broker.id)\(star)"), "state": BrokerWords.state(broker, model),
            "leaders": count("lead", figures.leaders, .text), "replicas": count("repl", figures.replicas, .text),
            "urp": BrokerWords.isDown(broker)
                ? "" : count("URP", figures.underReplicated, figures.underReplicated > 0 ? .healthDegraded : .text),
            "in": rate(figures.bytesIn, broker), "out": rate(figures.bytesOut, broker),
            "up": BrokerWords.isDown(broker) ? away ?? "" : BrokerWords.uptime(broker, model),
        ]
    }

    private static func count(_ name: String, _ value: Int, _ role: Role) -> StyledText {
        let digits = value < 10_000 ? String(value) : Format.rate(Double(value))
        return StyledText(name + digits.leftPadded(to: 4), role)
    }

    /// Bytes per second in nine cells: the unit of time goes before the number is cut.
    private static func rate(_ series: Series, _ broker: BrokerSnapshot) -> StyledText {
        if BrokerWords.isDown(broker) { return "" }
        guard broker.state == .up || broker.state == .stopping else { return Figure.unknown }
        guard let now = series.now else { return series.trend.isEmpty ? Figure.none : Figure.unknown }
        let text = Format.byteRate(now)
        return StyledText(text.count <= 9 ? text : Format.bytes(Int(now.isFinite ? min(now, 1e18) : 0)), .number)
    }
}
