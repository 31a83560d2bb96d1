import Testing

@testable import TerminalUI

@Suite("Widgets")
struct WidgetTests {
    static func topics(width: Int, sort: TableSort? = nil, state: TableState = TableState(), count: Int = 3)
        -> CellBuffer
    {
        var buffer = CellBuffer(size: Size(width: width, height: 6))
        let names = ["notifications", "orders-eu-central-1-retry-v2", "ユーザー"]
        let table = Table(
            columns: [
                .name("NAME"), .number("PART", width: 4), .number("MESSAGES", width: 11),
                .words("TREND", width: 8, dropOrder: 1),
            ], count: count, sort: sort
        ) { row in
            TableRow(
                [
                    "NAME": StyledText(names[row % 3]), "PART": StyledText("\(row)", .number),
                    "MESSAGES": StyledText(Format.count(row * 1_204_551)), "TREND": "▁▂▃▄▅▆▇█",
                ], marked: row == 1)
        }
        table.draw(on: &buffer, in: buffer.bounds, state: state)
        return buffer
    }

    @Test("A table with header, cursor, mark and sort")
    func table() {
        let lines = Self.topics(width: 52, sort: TableSort(column: "MESSAGES", descending: true)).lines
        #expect(lines[0] == "  NAME                    PART  MESSAGES ▼ TREND    ")
        #expect(lines[1] == "▌ notifications              0           0 ▁▂▃▄▅▆▇█ ")
        #expect(lines[2] == " *orders-eu-c…-1-retry-v2    1   1,204,551 ▁▂▃▄▅▆▇█ ")
        #expect(lines[3] == "  ユーザー                   2   2,409,102 ▁▂▃▄▅▆▇█ ")
        #expect(lines.allSatisfy { TextWidth.of($0) == 52 })
    }

    @Test("A narrow table drops columns, the name keeps 20 cells")
    func narrow() {
        let lines = Self.topics(width: 44).lines
        #expect(lines[0] == "  NAME                     PART    MESSAGES ")
        #expect(Self.topics(width: 40).lines[1] == "▌ notifications           0           0 ")
        for width in 0..<44 { #expect(Self.topics(width: width).lines[1].isEmpty == (width == 0)) }
    }

    @Test("Selected rows lie on the selection")
    func selection() {
        let runs = Self.topics(width: 44).styleRuns(row: 1)
        #expect(runs.allSatisfy { $0.style.surface == .selection })
        #expect(runs.contains { $0.style == Style(.number, on: .selection) })
    }

    @Test("Scrolling keeps two rows of context")
    func scrolling() {
        var state = TableState()
        for _ in 0..<7 { _ = state.handle(.down, count: 40, page: 10) }
        #expect(state.top == 0)
        _ = state.handle(.down, count: 40, page: 10)
        #expect((state.cursor, state.top) == (8, 1))
        _ = state.handle(.end, count: 40, page: 10)
        #expect((state.cursor, state.top) == (39, 30))
        for _ in 0..<7 { _ = state.handle(.up, count: 40, page: 10) }
        #expect((state.cursor, state.top) == (32, 30))
        _ = state.handle(.up, count: 40, page: 10)
        #expect((state.cursor, state.top) == (31, 29))
        #expect(state.scrolled(count: 3, page: 10) == TableState(cursor: 2, top: 0))
        #expect(state.scrolled(count: 0, page: 10) == TableState())
        #expect(state.scrolled(count: 5, page: 1).top == 4)
    }

    @Test("The mouse finds rows and headers")
    func mouse() {
        let table = Table(columns: [.name("NAME"), .number("LAG", width: 5)], count: 2) { _ in TableRow([:]) }
        let layout = table.layout(in: Rect(x: 1, y: 3, width: 40, height: 5), state: TableState())
        #expect(layout.row(at: Point(x: 4, y: 5), count: 2) == 1)
        #expect(layout.row(at: Point(x: 4, y: 6), count: 2) == nil)
        #expect(layout.header(at: Point(x: 38, y: 3)) == "LAG")
        #expect(layout.header(at: Point(x: 4, y: 4)) == nil)
    }

    @Test("Boxes carry titles on all sides")
    func box() {
        var buffer = CellBuffer(size: Size(width: 30, height: 3))
        let titles = BoxTitles(left: "Topics 2 of 14", right: "sort: lag ▼", bottomRight: "1/14", bottomLeft: "log")
        buffer.box(buffer.bounds, titles: titles, endLine: 1)
        #expect(
            buffer.lines
                == [
                    "┌ Topics 2 of… ─ sort: lag ▼ ┐",
                    "│                            │",
                    "└ log ──────────────── 1/14 ─┘",
                ])
    }

    @Test("A popup cuts wide characters with blanks")
    func popup() {
        var buffer = CellBuffer(size: Size(width: 12, height: 3))
        for y in 0..<3 { buffer.text("日本語日本語", x: 0, y: y) }
        let inside = buffer.popup(Rect(x: 4, y: 0, width: 5, height: 3))
        #expect(buffer.lines == ["日  ┌───┐ 語", "日  │   │ 語", "日  └───┘ 語"])
        #expect(inside == Rect(x: 6, y: 1, width: 1, height: 1))
    }

    @Test("Hints fall off from the right, two always stay")
    func hints() {
        let line = HintLine([
            .init("Enter", "open"), .init("m", "messages"), .init("D", "delete", enabled: false),
            .init(":", "command", alwaysShown: true), .init("?", "keys", alwaysShown: true),
        ])
        var buffer = CellBuffer(size: Size(width: 50, height: 1))
        line.draw(on: &buffer, in: buffer.bounds)
        #expect(buffer.lines == ["Enter open  m messages  : command  ? keys         "])
        #expect(line.fitting(width: 30).map(\.keys) == ["Enter", ":", "?"])
        #expect(line.fitting(width: 20).map(\.keys) == [":", "?"])
    }

    @Test("Tabs keep their places")
    func tabs() {
        var buffer = CellBuffer(size: Size(width: 62, height: 1))
        Tabs(["Partitions 121", "Configs 214", "Dirs 1", "Log"], active: 1).draw(on: &buffer, in: buffer.bounds)
        #expect(buffer.lines == ["  Partitions 121     [ Configs 214 ]     Dirs 1       Log     "])
    }

    @Test("Sparklines and bars")
    func charts() {
        #expect(Chart.sparkline([0, 1, nil, 4, 8], width: 6) == " ▁▁ ▄█")
        #expect(Chart.sparkline([0, 0], width: 2) == "▁▁")
        #expect(Chart.sparkline([1, 8], width: 2, glyphs: .ascii) == "_#")
        #expect(Chart.bar(done: 0.5, width: 4) == "██░░")
        #expect(Chart.bar(done: 0.001, width: 4) == "█░░░")
        #expect(Chart.bar(done: 0.999, width: 4, glyphs: .ascii) == "###.")
        #expect(Chart.bar(done: 1, width: 4) == "████")
    }
}
