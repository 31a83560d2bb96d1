import KafkaProtocol
import NIOCore

/// Kafka's checkpoint format: a version line `0`, a line with the number of entries, and one line per entry with fields
/// separated by blanks.
enum CheckpointText {
    static func encode(_ lines: [String]) -> ByteBuffer {
        ByteBuffer(string: "0\n\(lines.count)\n" + lines.map { $0 + "\n" }.joined())
    }

    /// The fields of each entry.
    ///
    /// - Throws: `StorageError.corruptFile` when version or count do not fit.
    static func decode(_ buffer: ByteBuffer, path: String) throws -> [[Substring]] {
        let lines = String(buffer: buffer).split(separator: "\n")
        guard lines.first == "0" else { throw StorageError.corruptFile(path, "not version 0") }
        guard lines.count >= 2, let count = Int(lines[1]), count == lines.count - 2 else {
            throw StorageError.corruptFile(path, "the count of entries does not fit")
        }
        return lines.dropFirst(2).map { $0.split(separator: " ") }
    }
}

/// One offset per partition of a log directory: recovery points, high watermarks, log starts, cleaner positions.
package enum OffsetCheckpoint {
    /// - Returns: an empty map when the file does not exist.
    /// - Throws: `StorageError.corruptFile`.
    package static func read(_ disk: any Disk, _ path: String) throws -> [TopicPartition: Offset] {
        guard let content = try disk.contents(path, limit: StorageLimits.checkpointBytes) else { return [:] }
        var offsets: [TopicPartition: Offset] = [:]
        for fields in try CheckpointText.decode(content, path: path) {
            guard fields.count == 3, let partition = Int32(fields[1]), let offset = Offset(fields[2]), offset >= 0
            else { throw StorageError.corruptFile(path, "entry \(fields.joined(separator: " "))") }
            offsets[TopicPartition(String(fields[0]), partition)] = offset
        }
        return offsets
    }

    /// Replaces the file durably.
    package static func write(_ offsets: [TopicPartition: Offset], _ disk: some Disk, _ path: String) throws(DiskError)
    {
        let lines = offsets.sorted { $0.key < $1.key }.map { "\($0.key.topic) \($0.key.partition) \($0.value)" }
        try disk.replace(path, with: CheckpointText.encode(lines), durable: true)
    }
}

/// A checkpoint file to be replaced: syncing blocks for as long as the disk is busy, so it is work for a pool thread.
package struct CheckpointJob: Sendable {
    let path: String
    let offsets: [TopicPartition: Offset]
    /// How many partitions its directory had lost when it was made; none of those is in it.
    var departures = 0

    /// Replaces the file durably.
    package func run(_ disk: some Disk) throws(DiskError) { try OffsetCheckpoint.write(offsets, disk, path) }
}

/// `leader-epoch-checkpoint`: `<epoch> <start offset>` per line.
enum EpochCheckpoint {
    /// - Returns: nil when the file is missing.
    static func read(_ disk: any Disk, _ path: String) throws -> LeaderEpochs? {
        guard let content = try disk.contents(path, limit: StorageLimits.checkpointBytes) else { return nil }
        return LeaderEpochs(
            try CheckpointText.decode(content, path: path).map { fields in
                guard fields.count == 2, let epoch = Epoch(fields[0]), let start = Offset(fields[1]) else {
                    throw StorageError.corruptFile(path, "entry \(fields.joined(separator: " "))")
                }
                return LeaderEpochs.Entry(epoch: epoch, start: start)
            })
    }

    static func write(_ epochs: LeaderEpochs, _ disk: any Disk, _ path: String, durable: Bool) throws {
        let lines = epochs.entries.map { "\($0.epoch) \($0.start)" }
        try disk.replace(path, with: CheckpointText.encode(lines), durable: durable)
    }
}

/// `aborted-transactions-checkpoint`: `<segment base> <aborted transactions>` per line, without segments that have none.
/// An index of such a segment that is gone or cut short is noticed by it.
enum AbortedCountCheckpoint {
    static func read(_ disk: any Disk, _ path: String) throws -> [Offset: Int] {
        guard let content = try disk.contents(path, limit: StorageLimits.checkpointBytes) else { return [:] }
        var counts: [Offset: Int] = [:]
        for fields in try CheckpointText.decode(content, path: path) {
            guard fields.count == 2, let base = Offset(fields[0]), let count = Int(fields[1]), count > 0 else {
                throw StorageError.corruptFile(path, "entry \(fields.joined(separator: " "))")
            }
            counts[base] = count
        }
        return counts
    }

    static func write(_ counts: [Offset: Int], _ disk: any Disk, _ path: String) throws {
        let lines = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        try disk.replace(path, with: CheckpointText.encode(lines), durable: false)
    }
}

/// `partition.metadata`: which topic the directory belongs to, so that one of the same name made later is told apart.
enum PartitionMetadataFile {
    /// - Returns: nil when the file is missing.
    static func read(_ disk: any Disk, _ path: String) throws -> TopicID? {
        guard let content = try disk.contents(path, limit: StorageLimits.markBytes) else { return nil }
        for line in String(buffer: content).split(separator: "\n") where line.hasPrefix("topic_id: ") {
            if let id = UUID(String(line.dropFirst("topic_id: ".count))) { return id }
        }
        throw StorageError.corruptFile(path, "no topic id")
    }

    /// Not synced: when power loss takes the file, the cluster's metadata still knows the id.
    static func write(_ topicID: TopicID, _ disk: any Disk, _ path: String) throws {
        let text = "version: 0\ntopic_id: \(topicID)"
        try disk.replace(path, with: ByteBuffer(string: text), durable: false)
    }
}
