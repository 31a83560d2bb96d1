import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The end of a bundled broker's log, newest line at the bottom. `/` searches here instead of filtering.
enum LogScreen {
    static func list(_ id: BrokerID, _ model: Model) -> ListPage {
        let lines = model.logs[id] ?? []
        let words = Filter(model.list.filter).matchWords
        var page = ListPage(
            title: "Log", columns: [TableColumn("line", title: "", width: .rest(min: 20), gap: 0)],
            ids: lines.indices.map(String.init), total: lines.count, sort: TableSort(column: "line"),
            row: { TableRow(["line": Matches.highlight(line(lines[$0]), words: words)]) })
        page.lead = 1
        let number = page.cursor(model.list) + 1
        let follows = model.list.cursorID == nil || number == lines.count
        page.titleRight = StyledText(follows ? "follow" : "at line \(Format.grouped(number))", .muted)
        page.bottomLeft = StyledText("broker-\(id)/server.log", .muted)
        if !lines.isEmpty {
            page.bottomRight = StyledText(
                "line \(Format.grouped(number)) of \(Format.grouped(lines.count))", .muted)
        }
        let host = model.snapshot.broker(id)?.host ?? "its host"
        page.empty = [
            StyledText(
                model.cluster.isBundled
                    ? "The log is empty." : "Klamm did not start this broker; its log is on \(host).")
        ]
        if model.list.wide, let line = page.cursorID(model.list).flatMap({ Int($0) }) {
            page.bottom = Wrap.lines(lines[line], width: max(20, Frame.body(model.size).width - 4)).map {
                StyledText($0)
            }
        }
        return page
    }

    /// A line of a log: time, level, text.
    static func line(_ text: String) -> StyledText {
        let role: Role =
            text.contains(" ERROR ") ? .healthBad : text.contains(" WARN ") ? .healthDegraded : .text
        let time = text.prefix { $0 != " " }
        guard time.contains(":") else { return StyledText(text, role) }
        return StyledText(String(time), .timestamp) + StyledText(String(text.dropFirst(time.count)), role)
    }

    /// `n` and `N`: the next or previous line with the words searched for, around the end.
    static func find(_ step: Int, _ model: inout Model) -> [Command] {
        guard case .broker(let id, .log) = model.place, let lines = model.logs[id], !lines.isEmpty else { return [] }
        let here = list(id, model).cursor(model.list)
        let found = TextSearch.next(model.list.filter, after: here, step: step, count: lines.count) { lines[$0] }
        if let found {
            model.list.cursorID = "\(found)"
            model.list.table.cursor = found
            return []
        }
        model.say("/\(model.list.filter) is on no line of the log", .warn)
        return []
    }
}
