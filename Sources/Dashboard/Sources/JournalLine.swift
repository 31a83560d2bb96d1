import KafkaProtocol

/// One line of the journal's file.
struct JournalLine: Codable {
    struct Item: Codable {
        var name: String
        var detail: String
        var failure: String?
        var unanswered: Bool?
    }

    var number: Int
    var at: Int64
    var cluster: String
    var change: String
    var result: String
    var failed: Bool
    var undo: String
    var command: String
    var items: [Item]
    var clusterID: String?
    var undoing: UndoRecord?
    var isCommand: Bool?

    /// What is kept of an entry: what undoing sends only as far as what was done to each object is kept with it, or nobody
    /// could tell later whether it is still so.
    init(_ entry: JournalEntry) {
        undoing =
            entry.items.count <= DashboardLimits.undoItems ? entry.undoChange.flatMap { UndoRecord($0) } : nil
        number = entry.number
        at = entry.at
        cluster = entry.cluster
        change = entry.change
        result = entry.result
        failed = entry.failed
        undo = entry.undo
        command = entry.command
        items = entry.items.prefix(undoing == nil ? DashboardLimits.journalItems : DashboardLimits.undoItems).map {
            Item(
                name: $0.name, detail: $0.detail, failure: $0.failure, unanswered: $0.isUnanswered ? true : nil)
        }
        clusterID = entry.clusterID
        isCommand = entry.isCommand ? true : nil
    }

    var entry: JournalEntry {
        JournalEntry(
            number: number, at: at, cluster: cluster, change: change, result: result, failed: failed,
            undo: undo.hasPrefix("yes") && undoing == nil ? "no: what it would send was not kept" : undo,
            command: command,
            items: items.map {
                ChangeItem($0.name, detail: $0.detail, failure: $0.failure, isUnanswered: $0.unanswered ?? false)
            },
            undoChange: undoing?.change, clusterID: clusterID, isCommand: isCommand ?? false)
    }
}
