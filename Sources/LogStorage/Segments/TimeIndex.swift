import KafkaProtocol
import NIOCore

/// The sparse map from timestamps to offsets of one segment (`.timeindex`): 12-byte entries {INT64 timestamp, INT32
/// offset − base offset}, both ascending. An entry says: up to and including this offset no timestamp is larger.
final class TimeIndex {
    struct Entry: Equatable {
        var timestamp: Timestamp
        var offset: Offset
    }

    static let entrySize = 12

    private let file: EntryFile
    private let base: Offset
    /// The newest entry; nil when there is none.
    private(set) var last: Entry?

    init(_ disk: any Disk, _ path: String, base: Offset, fileSize: Int64) throws {
        self.base = base
        file = EntryFile(disk, path, entrySize: Self.entrySize, fileSize: fileSize)
        if file.count > 0 { last = try entry(file.count - 1) }
    }

    var count: Int { file.count }
    var sizeInBytes: Int64 { file.sizeInBytes }

    /// Adds an entry unless its timestamp is not above the last one's.
    func append(timestamp: Timestamp, offset: Offset) throws {
        if let last, timestamp <= last.timestamp || offset <= last.offset { return }
        guard timestamp >= 0, let relative = Int32(exactly: offset - base) else { return }
        var bytes = ByteBuffer()
        bytes.writeInteger(timestamp)
        bytes.writeInteger(relative)
        try file.append(bytes)
        last = Entry(timestamp: timestamp, offset: offset)
    }

    /// The newest entry below `timestamp`: up to and including its offset every timestamp is. Nil when the index knows none.
    func last(before timestamp: Timestamp) throws -> Entry? {
        let found = try file.prefixCount { try decode($0).timestamp < timestamp }
        return found == 0 ? nil : try entry(found - 1)
    }

    /// Drops what concerns offsets ≥ `offset`.
    func truncate(to offset: Offset) throws {
        try file.truncate(to: file.prefixCount { try decode($0).offset < offset })
        last = count > 0 ? try entry(count - 1) : nil
    }

    func close() { file.close() }

    private func entry(_ index: Int) throws -> Entry { try decode(file.entry(index)) }

    private func decode(_ bytes: ByteBuffer) throws -> Entry {
        var bytes = bytes
        guard let (timestamp, relative) = bytes.readMultipleIntegers(as: (Int64, Int32).self), timestamp >= 0,
            relative >= 0
        else { throw StorageError.corruptFile(file.path, "negative entry") }
        return Entry(timestamp: timestamp, offset: base + Int64(relative))
    }
}
