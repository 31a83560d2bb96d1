import FoundationEssentials
import KafkaProtocol

/// Changes made by any Klamm of this user, one JSON object per line. A file that cannot be written is no reason to stop:
/// entries then live in memory only.
package actor Journal {
    /// One line of the file.
    private struct Line: Codable {
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

        struct Item: Codable {
            var name: String
            var detail: String
            var failure: String?
        }
    }

    private let file: GrowingFile?
    private var entries: [JournalEntry] = []

    /// Reads the journal at a path; nil keeps it in memory.
    package init(path: String?) {
        file = path.map { GrowingFile(path: $0) }
        guard let bytes = file?.newest(DashboardLimits.journalBytes) else { return }
        let decoder = JSONDecoder()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let read = try? decoder.decode(Line.self, from: Data(line)) else { continue }
            entries.append(
                JournalEntry(
                    number: read.number, at: read.at, cluster: read.cluster, change: read.change, result: read.result,
                    failed: read.failed,
                    undo: read.undo.hasPrefix("yes") && read.undoing == nil
                        ? "no: what it would send was not kept" : read.undo,
                    command: read.command,
                    items: read.items.map { ChangeItem($0.name, detail: $0.detail, failure: $0.failure) },
                    undoChange: read.undoing?.change, clusterID: read.clusterID))
        }
        entries = Array(entries.suffix(DashboardLimits.journal))
    }

    /// Entries, newest first.
    package var newestFirst: [JournalEntry] { entries.reversed() }

    /// Adds an entry and gives it its number.
    package func add(_ entry: JournalEntry) -> Int {
        var entry = entry
        entry.number = (entries.last?.number ?? 0) + 1
        entries.append(entry)
        if entries.count > DashboardLimits.journal { entries.removeFirst() }
        write(entry)
        return entry.number
    }

    private func write(_ entry: JournalEntry) {
        let undoing = entry.undoRecord(itemsKept: DashboardLimits.undoItems)
        let line = Line(
            number: entry.number, at: entry.at, cluster: entry.cluster, change: entry.change, result: entry.result,
            failed: entry.failed, undo: entry.undo, command: entry.command,
            items: entry.items.prefix(undoing == nil ? DashboardLimits.journalItems : DashboardLimits.undoItems).map {
                Line.Item(name: $0.name, detail: $0.detail, failure: $0.failure)
            }, clusterID: entry.clusterID, undoing: undoing)
        guard let file, let data = try? JSONEncoder().encode(line) else { return }
        file.append(Array(data) + [UInt8(ascii: "\n")])
    }
}

extension JournalEntry {
    /// What undoing sends, as far as it can be kept: what was done to each object has to be kept with it, or nobody could
    /// tell later whether it is still so.
    fileprivate func undoRecord(itemsKept: Int) -> UndoRecord? {
        items.count <= itemsKept ? undoChange.flatMap { UndoRecord($0) } : nil
    }
}
