import ClusterInsight
import TerminalUI

/// The second tab of screen 8: every change made here.
enum JournalScreen {
    static let columns: [TableColumn] = [
        .number("number", title: "#", width: 4, gap: 0),
        .words("time", title: "TIME", width: 14),
        .words("cluster", title: "CLUSTER", width: 9, dropOrder: 1),
        .name("change", title: "CHANGE", gap: 1),
        .words("result", title: "RESULT", width: 22),
        .words("undo", title: "UNDO", width: 26, dropOrder: 2),
    ]

    static func list(_ model: Model) -> ListPage {
        let spec = ListSpec<JournalEntry>(
            title: "Journal", columns: columns, defaultSort: TableSort(column: "number", descending: true),
            id: { "\($0.number)" }, text: { "\($0.change) \($0.result)" },
            value: { entry, column in
                switch column {
                case "number", "time": .int(entry.number)
                case "cluster": .text(entry.cluster)
                case "change": .text(entry.change)
                case "result": .text(entry.result)
                default: .text(entry.undo)
                }
            },
            isProblem: { $0.failed }, cells: { cells($0, model) })
        var page = spec.page(model.journal, model.list)
        page.titleRight = "newest first"
        page.empty = ["No changes were made here."]
        page.bottomLeft = StyledText("Events", .tab) + StyledText("   Journal", .tabActive)
        page.bottom = details(page, model)
        return page
    }

    private static func cells(_ entry: JournalEntry, _ model: Model) -> [String: StyledText] {
        [
            "number": StyledText("\(entry.number)", .number),
            "time": StyledText(Format.moment(entry.at, now: model.now, zone: model.zone), .timestamp),
            "cluster": StyledText(entry.cluster, .muted),
            "change": StyledText(entry.change),
            "result": StyledText(entry.result, entry.failed ? .healthBad : .text),
            "undo": StyledText(entry.undo, .muted),
        ]
    }

    private static func details(_ page: ListPage, _ model: Model) -> [StyledText] {
        guard let id = page.cursorID(model.list), let entry = model.journal.first(where: { "\($0.number)" == id })
        else { return [] }
        var lines = [
            StyledText("\(entry.number)   \(Format.preciseTime(entry.at, zone: model.zone))   \(entry.change)")
        ]
        for item in entry.items.prefix(8) {
            let outcome = item.failure.map { StyledText("FAILED  \($0)", .healthBad) } ?? StyledText("ok", .flashOk)
            lines.append(StyledText("    \(item.name.padded(to: 22)) \(item.detail.padded(to: 24)) ") + outcome)
        }
        if entry.items.count > 8 { lines.append(StyledText("    + \(entry.items.count - 8) more", .muted)) }
        if !entry.command.isEmpty { lines.append(StyledText("    command   \(entry.command)", .muted)) }
        return lines
    }

    /// `V`: a plan that undoes the entry under the cursor.
    static func undo(_ model: inout Model) -> [Command] {
        guard let page = Screens.list(model), let id = page.cursorID(model.list),
            let entry = model.journal.first(where: { "\($0.number)" == id })
        else { return [] }
        guard let change = entry.undoChange else {
            model.say("V: \(entry.undo)", .warn)
            return []
        }
        return Plans.show(Plans.undo(entry, change, model), &model)
    }
}
