import KafkaProtocol
import NIOCore

/// A transaction that ended with ABORT, as a read_committed consumer is told of it.
package struct AbortedTransaction: Sendable, Equatable {
    package var producerID: Int64
    /// Its first batch in this partition.
    package var firstOffset: Offset
    /// Its ABORT marker.
    package var lastOffset: Offset
    /// The first offset that was still undecided when the marker was written.
    package var lastStableOffset: Offset

    package init(producerID: Int64, firstOffset: Offset, lastOffset: Offset, lastStableOffset: Offset) {
        self.producerID = producerID
        self.firstOffset = firstOffset
        self.lastOffset = lastOffset
        self.lastStableOffset = lastStableOffset
    }
}

/// The aborted transactions whose markers lie in one segment (`.txnindex`), ascending by marker: 34-byte entries {INT16
/// version 0, INT64 producer id, INT64 first offset, INT64 last offset, INT64 last stable offset}.
final class AbortedIndex {
    static let entrySize = 34

    private let file: EntryFile

    init(_ disk: any Disk, _ path: String, fileSize: Int64) {
        file = EntryFile(disk, path, entrySize: Self.entrySize, fileSize: fileSize)
    }

    var count: Int { file.count }
    var sizeInBytes: Int64 { file.sizeInBytes }

    func append(_ aborted: AbortedTransaction) throws {
        var bytes = ByteBuffer()
        bytes.writeInteger(Int16(0))
        bytes.writeInteger(aborted.producerID)
        bytes.writeInteger(aborted.firstOffset)
        bytes.writeInteger(aborted.lastOffset)
        bytes.writeInteger(aborted.lastStableOffset)
        try file.append(bytes)
    }

    /// All entries whose marker is at or beyond `offset`.
    func entries(from offset: Offset) throws -> [AbortedTransaction] {
        guard count > 0 else { return [] }
        let first = try file.prefixCount { try decode($0).lastOffset < offset }
        var bytes = try file.entries(from: first)
        var found: [AbortedTransaction] = []
        while let entry = bytes.readSlice(length: Self.entrySize) { found.append(try decode(entry)) }
        return found
    }

    /// Drops everything, whatever it says.
    func clear() throws { try file.truncate(to: 0) }

    /// Drops what concerns markers ≥ `offset`.
    func truncate(to offset: Offset) throws {
        guard count > 0 else { return }
        try file.truncate(to: file.prefixCount { try decode($0).lastOffset < offset })
    }

    func close() { file.close() }

    private func decode(_ bytes: ByteBuffer) throws -> AbortedTransaction {
        var bytes = bytes
        guard bytes.readInteger(as: Int16.self) == 0,
            let (pid, first, last, stable) = bytes.readMultipleIntegers(as: (Int64, Int64, Int64, Int64).self),
            first >= 0, last >= first
        else { throw StorageError.corruptFile(file.path, "not an aborted transaction") }
        return AbortedTransaction(producerID: pid, firstOffset: first, lastOffset: last, lastStableOffset: stable)
    }
}
