import KafkaProtocol

/// Directories to be removed from a log directory, each after its delay.
///
/// One of a deleted partition stays until no checkpoint file names the partition any more: as long as it is there, a start
/// does not believe what the checkpoints say of its name. They may be older than a topic that was made again, whose records
/// would count as committed, flushed or deleted when nobody has said so.
struct DoomedDirectories {
    private struct Entry {
        let path: String
        let due: Timestamp
        /// Which departure it was; nil when no checkpoint ever named it.
        let departure: Int?
    }

    private var entries: [Entry] = []
    /// Partitions that were deleted so far.
    private(set) var departures = 0
    /// How many of them each checkpoint file does not name any more, by its path.
    private var forgotten: [String: Int] = [:]

    /// Notes a directory that no checkpoint knows of.
    mutating func add(_ path: String, due: Timestamp) {
        entries.append(Entry(path: path, due: due, departure: nil))
    }

    /// Notes the directory of a partition that was deleted.
    mutating func addPartition(_ path: String, due: Timestamp) {
        departures += 1
        entries.append(Entry(path: path, due: due, departure: departures))
    }

    /// Whether a checkpoint file may still name a deleted partition.
    func isBehind(_ path: String) -> Bool { forgotten[path, default: 0] < departures }

    /// A checkpoint has been written.
    mutating func written(_ job: CheckpointJob) {
        forgotten[job.path] = max(forgotten[job.path, default: 0], job.departures)
    }

    /// Takes out what may be removed now, given all checkpoint files.
    mutating func due(now: Timestamp, checkpoints: [String]) -> [String] {
        let known = checkpoints.map { forgotten[$0, default: 0] }.min() ?? departures
        let isDue = { (entry: Entry) in entry.due <= now && entry.departure ?? 0 <= known }
        let paths = entries.filter(isDue).map(\.path)
        entries.removeAll(where: isDue)
        return paths
    }
}
