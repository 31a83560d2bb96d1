import KafkaProtocol
import NIOCore

/// The sparse map from offsets to file positions of one segment (`.index`): 8-byte entries {INT32 offset − base offset,
/// INT32 position}, both ascending. An entry says: the batch with this offset lies at or after this position.
final class OffsetIndex {
    struct Entry: Equatable {
        var offset: Offset
        var position: Int64
    }

    static let entrySize = 8

    private let file: EntryFile
    private let base: Offset
    /// The newest entry; where nothing has been entered yet, the begin of the segment.
    private(set) var last: Entry

    /// - Throws: `StorageError.corruptFile` when the newest entry cannot be right.
    init(_ disk: any Disk, _ path: String, base: Offset, fileSize: Int64) throws {
        self.base = base
        last = Entry(offset: base, position: 0)
        file = EntryFile(disk, path, entrySize: Self.entrySize, fileSize: fileSize)
        guard file.count > 0 else { return }
        last = try entry(file.count - 1)
        guard last.offset > base || last.position == 0 && file.count == 1 else {
            throw StorageError.corruptFile(path, "the last entry is not above the first")
        }
    }

    var count: Int { file.count }
    var sizeInBytes: Int64 { file.sizeInBytes }

    /// Adds an entry; one that is not above the last is left out.
    func append(offset: Offset, position: Int64) throws {
        guard let relative = Int32(exactly: offset - base), let narrow = Int32(exactly: position) else {
            throw StorageError.corruptFile(file.path, "offset \(offset) is out of the segment's range")
        }
        guard count == 0 || offset > last.offset else { return }
        var bytes = ByteBuffer()
        bytes.writeInteger(relative)
        bytes.writeInteger(narrow)
        try file.append(bytes)
        last = Entry(offset: offset, position: position)
    }

    /// The newest entry with an offset ≤ `offset`, else the begin of the segment.
    func floor(_ offset: Offset) throws -> Entry {
        if offset >= last.offset { return last }
        let found = try file.prefixCount { try decode($0).offset <= offset }
        return found == 0 ? Entry(offset: base, position: 0) : try entry(found - 1)
    }

    /// The oldest entry that lies at or beyond `position`; nil when the index does not reach so far.
    func firstEntry(atOrAfter position: Int64) throws -> Entry? {
        let before = try file.prefixCount { try decode($0).position < position }
        return before < count ? try entry(before) : nil
    }

    /// Drops what concerns offsets ≥ `offset`.
    func truncate(to offset: Offset) throws {
        try file.truncate(to: file.prefixCount { try decode($0).offset < offset })
        last = count > 0 ? try entry(count - 1) : Entry(offset: base, position: 0)
    }

    /// Drops everything, whatever it says.
    func clear() throws {
        last = Entry(offset: base, position: 0)
        try file.truncate(to: 0)
    }

    func close() { file.close() }

    private func entry(_ index: Int) throws -> Entry { try decode(file.entry(index)) }

    private func decode(_ bytes: ByteBuffer) throws -> Entry {
        var bytes = bytes
        guard let (relative, position) = bytes.readMultipleIntegers(as: (Int32, Int32).self), relative >= 0,
            position >= 0
        else { throw StorageError.corruptFile(file.path, "negative entry") }
        return Entry(offset: base + Int64(relative), position: Int64(position))
    }
}
