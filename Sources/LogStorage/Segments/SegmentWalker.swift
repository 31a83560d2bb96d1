import KafkaProtocol
import KafkaRecords
import NIOCore

/// Walks the batches of a segment file from a position on; reads the file in pieces and skips over records.
struct SegmentWalker {
    private let file: any DiskFile
    private let path: String
    private let end: Int64
    private let chunkSize: Int
    private var chunk = ByteBuffer()
    private var chunkStart: Int64
    /// Where the next batch lies.
    private(set) var position: Int64
    /// Where the segment's offsets begin.
    private let base: Offset
    /// The lowest offset that the next batch may begin with. Offsets are not under the checksum, but they only grow.
    private var floor: Offset

    init(
        _ file: any DiskFile, _ path: String, base: Offset, from position: Int64, to end: Int64, chunkSize: Int = 4096
    ) {
        self.base = base
        floor = base
        self.file = file
        self.path = path
        self.position = position
        self.end = end
        self.chunkSize = chunkSize
        chunkStart = position
    }

    /// The next header; nil at the end.
    ///
    /// - Throws: `StorageError.corruptSegment` when there are bytes that are no whole batch; `position` is then theirs.
    mutating func next() throws -> (header: BatchHeader, position: Int64)? {
        guard position < end else { return nil }
        let header = try header()
        let start = position
        position += Int64(header.sizeInBytes)
        floor = header.nextOffset
        return (header, start)
    }

    /// The next batch as a whole, checksum verified.
    mutating func nextVerified() throws -> (batch: RecordBatch, header: BatchHeader, position: Int64)? {
        guard position < end else { return nil }
        let header = try header()
        try load(header.sizeInBytes)
        let start = position
        let batch: RecordBatch
        do {
            guard
                let slice = chunk.getSlice(at: chunk.readerIndex + Int(start - chunkStart), length: header.sizeInBytes)
            else { throw corrupt("cut off") }
            batch = try RecordBatch(slice)
        } catch let error as RecordsError {
            throw corrupt("\(error)")
        }
        guard batch.isCRCValid else { throw corrupt("checksum mismatch at offset \(header.baseOffset)") }
        position += Int64(header.sizeInBytes)
        floor = header.nextOffset
        return (batch, header, start)
    }

    private mutating func header() throws -> BatchHeader {
        try load(BatchHeader.size)
        do {
            let index = chunk.readerIndex + Int(position - chunkStart)
            guard let header = try BatchHeader(in: chunk, at: index) else { throw corrupt("cut off within a header") }
            guard Int64(header.sizeInBytes) <= end - position else { throw corrupt("batch ends beyond the segment") }
            guard header.baseOffset >= floor, header.lastOffset - base <= Int64(Int32.max) else {
                throw corrupt("offset \(header.baseOffset) is out of order")
            }
            return header
        } catch StorageError.invalidBatch(let reason) {
            throw corrupt(reason)
        }
    }

    /// Makes sure that `count` bytes from `position` on are in the chunk, as far as the segment has them.
    private mutating func load(_ count: Int) throws {
        let offset = position - chunkStart
        if offset >= 0, offset + Int64(count) <= Int64(chunk.readableBytes) { return }
        let wanted = min(Int64(max(count, chunkSize)), end - position)
        chunk = try file.read(at: position, count: Int(wanted))
        chunkStart = position
    }

    private func corrupt(_ reason: String) -> StorageError { .corruptSegment(path, position: position, reason) }
}
