import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The Events pane of Overview, newest first.
enum OverviewEvents {
    /// Events the pane can be scrolled through; screen 8 has all.
    static let limit = 100

    static func list(_ model: Model) -> ListPage {
        let newest = model.events.newest(limit)
        let events = model.list.problemsOnly ? newest.filter { $0.event.weight == .bad } : newest
        let narrow = model.size.width < 100
        var page = ListPage(
            title: "Events", columns: [TableColumn("text", title: "", width: .rest(min: 10), gap: 0)],
            ids: events.map { "\($0.number)" }, total: events.count, sort: TableSort(column: "none"),
            row: { index in
                let (number, event) = events[index]
                let time = StyledText(Format.time(event.at, zone: model.zone) + (narrow ? " " : "  "), .timestamp)
                return TableRow(
                    ["text": time + text(narrow ? event.short : event.line)],
                    surface: model.recent.isNew(event: number) ? .rowNew : nil)
            })
        page.lead = 1
        page.titleLeft = narrow ? "Events" : "Events, last first"
        page.titleRight = StyledText(newest.isEmpty ? "" : counted(newest.map(\.event), model, narrow: narrow), .muted)
        page.empty = [StyledText(EventsScreen.nothing(model), .muted)] + first(model)
        return page
    }

    /// What to do first on a cluster without topics, where nothing else can be looked at.
    private static func first(_ model: Model) -> [StyledText] {
        guard let report = model.report, report.snapshot.topics.allSatisfy(\.isInternal)
        else { return [] }
        let ways = [
            ("3 then N", "create a topic"), (":demo", "topics with messages"), ("?", "keys of each screen"),
            (":terms", "what the words mean"),
        ]
        return ["", "This cluster has no topics yet."]
            + ways.map { StyledText("   \($0.0.padded(to: 11))", .hintKey) + StyledText($0.1, .muted) }
    }

    /// `10 in the last minute` when much happens, else by the hour.
    private static func counted(_ events: [ClusterEvent], _ model: Model, narrow: Bool) -> String {
        func count(within milliseconds: Int64) -> Int { events.count { model.shownNow - $0.at <= milliseconds } }
        let minute = count(within: 60_000)
        let hour = count(within: 3_600_000)
        let (number, unit) = minute > 6 ? (minute, "minute") : (hour, "hour")
        return "\(number)\(number == limit ? "+" : "") \(narrow ? "last" : "in the last") \(unit)"
    }

    /// Only the word OFFLINE is red: colours here must not drown those of the panes above.
    private static func text(_ line: String) -> StyledText {
        guard let word = line.firstRange(of: "OFFLINE") else { return StyledText(line) }
        return StyledText(String(line[..<word.lowerBound])) + StyledText("OFFLINE", .healthBad)
            + StyledText(String(line[word.upperBound...]))
    }
}
