import ClusterInsight
import TerminalUI

/// The second tab of screen 8: every change made by any Klamm of this user.
enum JournalScreen {
    static let columns: [TableColumn] = [
        .number("number", title: "#", width: 4, gap: 0),
        .words("time", title: "TIME", width: 14, dropOrder: 5),
        .words("cluster", title: "CLUSTER", width: 9, dropOrder: 1),
        TableColumn("change", title: "CHANGE", width: .rest(min: 20)),
        .words("result", title: "RESULT", width: 20, dropOrder: 3),
        .words("undo", title: "UNDO", width: 24, dropOrder: 2),
        .words("can", title: "UNDO", width: 4),
    ]

    static func list(_ model: Model) -> ListPage {
        // The short form of UNDO stands in only where the long one has no room.
        let columns = model.size.width < 100 ? columns.filter { $0.id != "undo" } : columns.filter { $0.id != "can" }
        let spec = ListSpec<JournalEntry>(
            title: "Journal", columns: columns, defaultSort: TableSort(column: "number", descending: true),
            id: \.id, text: { "\($0.change) \($0.result)\($0.isCommand ? " command line" : "")" },
            value: { entry, column in
                switch column {
                case "number": .int(entry.number)
                case "time": .int(Int(entry.at))
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
        page.bottomDivider = !page.bottom.isEmpty
        return page
    }

    private static func cells(_ entry: JournalEntry, _ model: Model) -> [String: StyledText] {
        [
            "number": StyledText("\(entry.number)", .number),
            "time": StyledText(Format.moment(entry.at, now: model.now, zone: model.zone), .timestamp),
            "cluster": StyledText(entry.cluster, .muted),
            "change": (entry.isCommand ? StyledText("$ ", .muted) : StyledText(spans: [])) + StyledText(entry.change),
            "result": StyledText(entry.result, entry.failed ? .healthBad : .text),
            "undo": StyledText(entry.undo, .muted),
            "can": StyledText(String(entry.undo.prefix { $0 != ":" }), .muted),
        ]
    }

    /// The lower part: the request, what became of each object, the command.
    private static func details(_ page: ListPage, _ model: Model) -> [StyledText] {
        guard let id = page.cursorID(model.list), let entry = model.journal.first(where: { $0.id == id })
        else { return [] }
        let height = max(6, (model.size.height - 6) * 4 / 7)
        var lines: [StyledText] = [
            "",
            StyledText("\(entry.number)".padded(to: 4), .number)
                + StyledText(Format.preciseTime(entry.at, zone: model.zone), .timestamp)
                + StyledText("   \(entry.change) on \(entry.cluster): \(entry.result)")
                + StyledText(entry.isCommand ? ", by the command line" : "", .muted), "",
        ]
        let room = height - lines.count - (entry.command.isEmpty ? 0 : 2)
        let isCut = entry.items.count > room
        let name = max(14, min(30, entry.items.map { TextWidth.of($0.name) }.max() ?? 0)) + 2
        let detail = max(16, min(40, entry.items.map { TextWidth.of($0.detail) }.max() ?? 0)) + 4
        for item in entry.items.prefix(isCut ? room - 1 : room) {
            let cells =
                "    " + Cut.middle.cut(item.name, to: name - 1).padded(to: name) + item.detail.padded(to: detail)
            lines.append(StyledText(cells) + outcome(item, entry))
        }
        if isCut { lines.append(StyledText("    + \(entry.items.count - room + 1) more; C-s saves all", .muted)) }
        if !entry.command.isEmpty { lines += ["", StyledText("    command   ", .muted) + StyledText(entry.command)] }
        return Array(lines.prefix(height)) + Array(repeating: "", count: max(0, height - lines.count))
    }

    private static func outcome(_ item: ChangeItem, _ entry: JournalEntry) -> StyledText {
        if let failure = item.failure { return StyledText("\(item.word)  \(failure)", item.role) }
        if item.isUnanswered { return StyledText(item.verdict, item.role) }
        let arrow = item.detail.firstRange(of: " → ")
        guard entry.undoChange != nil, let arrow else { return StyledText("ok", .flashOk) }
        return StyledText("ok".padded(to: 20), .flashOk)
            + StyledText("undo → \(item.detail[..<arrow.lowerBound])", .muted)
    }

    /// `V`: a plan that undoes the entry under the cursor.
    static func undo(_ model: inout Model) -> [Command] {
        guard let page = Screens.list(model), let id = page.cursorID(model.list),
            let entry = model.journal.first(where: { $0.id == id })
        else { return [] }
        guard let change = entry.undoChange else {
            model.say("V: \(entry.undo)", .warn)
            return []
        }
        guard entry.cluster == model.cluster.name else {
            model.say("V: it was made on \(entry.cluster), this is \(model.cluster.name)", .warn)
            return []
        }
        return UndoPlan.open(entry, change, &model)
    }

    /// Enter: everything the entry tells, to be scrolled.
    static func open(_ model: inout Model) -> [Command] {
        guard let id = Screens.cursorID(model),
            let entry = model.journal.first(where: { $0.id == id })
        else { return [] }
        var lines = [
            StyledText(Format.fullTime(entry.at, zone: model.zone), .timestamp),
            StyledText("cluster  \(entry.cluster)"),
            StyledText("made by  \(entry.isCommand ? "the command line" : "a screen")"),
            StyledText("result   \(entry.result)", entry.failed ? .healthBad : .text),
            StyledText("undo     \(entry.undo)"), "",
        ]
        for item in entry.items {
            let cells = StyledText("\(item.name.padded(to: 24))\(item.detail.padded(to: 24))")
            lines.append(cells + StyledText(item.verdict, item.role))
        }
        if !entry.command.isEmpty {
            lines.append("")
            lines += Wrap.lines(entry.command, width: 80).map { StyledText($0) }
        }
        model.popup = .text(TextPopup(title: "\(entry.number)  \(entry.change)", lines: lines, copy: entry.command))
        return []
    }
}
