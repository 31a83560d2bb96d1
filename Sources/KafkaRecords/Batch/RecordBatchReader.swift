import NIOCore

/// Walks concatenated batches: a segment, a Produce request's records, a Fetch answer.
package struct RecordBatchReader: Sendable {
    /// What has not been read; after `next()` returned nil, the partial batch at the end (often empty).
    package private(set) var remainder: ByteBuffer

    package init(_ buffer: ByteBuffer) { remainder = buffer }

    /// The next whole batch; nil at the end or at a batch whose bytes are cut off.
    ///
    /// - Throws: `RecordsError` at a header that does not hold together; `remainder` then starts with it.
    package mutating func next() throws -> RecordBatch? {
        try RecordBatch.read(from: &remainder)
    }

    /// All whole batches of `buffer`.
    package static func all(_ buffer: ByteBuffer) throws -> [RecordBatch] {
        var reader = RecordBatchReader(buffer)
        var batches: [RecordBatch] = []
        while let batch = try reader.next() { batches.append(batch) }
        return batches
    }
}
