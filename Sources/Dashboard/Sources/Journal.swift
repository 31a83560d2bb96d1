import FoundationEssentials
import Glibc
import KafkaProtocol

/// Changes made by any Klamm of this user, one JSON object per line. A file that cannot be written is no reason to stop:
/// entries then live in memory only.
package actor Journal {
    private let path: String?
    /// What the file held when it was looked at last.
    private var read: [JournalEntry] = []
    /// What was added here. It knows more than the file keeps of it.
    private var own: [JournalEntry] = []
    private var seen: FileState?

    /// Which file it was, and how long.
    private struct FileState: Equatable {
        var file: UInt64
        var size: Int64
    }

    /// Reads the journal at a path; nil keeps it in memory.
    package init(path: String?) {
        self.path = path
        guard let path else { return }
        seen = Self.state(path)
        read = Self.entries(path)
    }

    /// Entries, newest first.
    package var newestFirst: [JournalEntry] { entries.reversed() }

    /// All entries as they were made: those of the file, and those of here that it does not hold.
    private var entries: [JournalEntry] {
        var mine = Dictionary(own.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
        let known = read.map { mine.removeValue(forKey: $0.id) ?? $0 }
        let all = known + own.filter { mine[$0.id] != nil }
        return Array(all.suffix(DashboardLimits.journal))
    }

    /// What others added since: all entries, newest first; nil when nothing was added. Blocks while the file is read.
    package func news() -> [JournalEntry]? { look() ? newestFirst : nil }

    /// Adds an entry and gives it its number, which no other Klamm gives meanwhile.
    package func add(_ entry: JournalEntry) async -> Int {
        let lock = if let path { await JournalLock.wait(beside: path) } else { JournalLock?.none }
        _ = look()
        var entry = entry
        entry.number = max(read.last?.number ?? 0, own.last?.number ?? 0) + 1
        own = Array((own + [entry]).suffix(DashboardLimits.journal))
        write(entry)
        lock?.release()
        return entry.number
    }

    /// Reads the file when it is not as it was.
    private func look() -> Bool {
        guard let path else { return false }
        let now = Self.state(path)
        guard now != seen else { return false }
        seen = now
        read = Self.entries(path)
        return true
    }

    private static func state(_ path: String) -> FileState? {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        return FileState(file: UInt64(found.st_ino), size: Int64(found.st_size))
    }

    private static func entries(_ path: String) -> [JournalEntry] {
        guard let bytes = GrowingFile(path: path).newest(DashboardLimits.journalBytes) else { return [] }
        let decoder = JSONDecoder()
        let lines = bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            try? decoder.decode(JournalLine.self, from: Data(line)).entry
        }
        return Array(lines.suffix(DashboardLimits.journal))
    }

    private func write(_ entry: JournalEntry) {
        guard let path, let data = try? JSONEncoder().encode(JournalLine(entry)) else { return }
        GrowingFile(path: path).append(Array(data) + [UInt8(ascii: "\n")])
        seen = Self.state(path)
    }
}
