import TerminalUI

/// What `C-s` writes of the journal: the changes that the filter shows, whole.
enum JournalExport {
    /// One change a line, with what became of each object.
    static func ndjson(_ model: Model) -> String {
        shown(model).map { entry in
            let items = entry.items.map { item in
                let failure = item.failure.map { ",\"failure\":\(JSONText.quoted($0))" } ?? ""
                let unanswered = item.isUnanswered ? ",\"unanswered\":true" : ""
                let told = "\"name\":\(JSONText.quoted(item.name)),\"detail\":\(JSONText.quoted(item.detail))"
                return "{\(told)\(failure)\(unanswered)}"
            }
            return Export.object([
                ("number", "\(entry.number)"), ("at", "\(entry.at)"), ("cluster", JSONText.quoted(entry.cluster)),
                ("clusterID", entry.clusterID.map(JSONText.quoted) ?? "null"),
                ("change", JSONText.quoted(entry.change)), ("result", JSONText.quoted(entry.result)),
                ("failed", "\(entry.failed)"), ("undo", JSONText.quoted(entry.undo)),
                ("command", JSONText.quoted(entry.command)), ("commandLine", "\(entry.isCommand)"),
                ("items", "[\(items.joined(separator: ","))]"),
            ])
        }.joined()
    }

    /// One object of a change a line.
    static func csv(_ model: Model) -> String {
        let header = ["number", "time", "cluster", "change", "object", "detail", "result", "undo", "command"]
        let rows = shown(model).flatMap { entry in
            let items = entry.items.isEmpty ? [ChangeItem("", failure: entry.failed ? entry.result : nil)] : entry.items
            return items.map { item in
                [
                    "\(entry.number)", Format.fullTime(entry.at, zone: model.zone), entry.cluster, entry.change,
                    item.name, item.detail, item.verdict, entry.undo, entry.command,
                ]
            }
        }
        return Export.csv([header] + rows)
    }

    private static func shown(_ model: Model) -> [JournalEntry] {
        let byID = Dictionary(model.journal.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
        let page = JournalScreen.list(model)
        return page.ids.indices.compactMap { byID[page.ids[$0]] }
    }
}
