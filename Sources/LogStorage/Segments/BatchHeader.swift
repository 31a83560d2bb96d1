import KafkaProtocol
import KafkaRecords
import NIOCore

/// The header of one stored batch, read without its records, so that segments are walked without reading them whole.
package struct BatchHeader: Sendable, Equatable {
    package typealias Layout = RecordBatch.Layout

    /// Bytes that must be there to read a header.
    package static let size = Layout.records

    package let baseOffset: Offset
    /// The whole batch with its header, in bytes.
    package let sizeInBytes: Int
    package let leaderEpoch: Epoch
    package let attributes: BatchAttributes
    package let lastOffset: Offset
    package let baseTimestamp: Timestamp
    package let maxTimestamp: Timestamp
    package let producerID: Int64
    package let producerEpoch: Int16
    package let baseSequence: Int32
    package let recordCount: Int32

    package var nextOffset: Offset { lastOffset + 1 }
    package var hasProducerID: Bool { producerID >= 0 }
    package var lastSequence: Int32 {
        RecordBatch.sequence(baseSequence, plus: Int32(truncatingIfNeeded: lastOffset - baseOffset))
    }

    /// Reads the header at `index`.
    ///
    /// - Returns: nil when fewer than `size` bytes are there.
    /// - Throws: `StorageError.invalidBatch` when it does not hold together.
    package init?(in buffer: ByteBuffer, at index: Int) throws {
        guard index + Self.size <= buffer.writerIndex else { return nil }
        func field<I: FixedWidthInteger>(_ position: Int, _: I.Type) -> I {
            buffer.getInteger(at: index + position, as: I.self) ?? 0
        }
        let length = field(Layout.batchLength, Int32.self)
        let magic = field(Layout.magic, Int8.self)
        guard magic == 2 else { throw StorageError.invalidBatch("batch of magic \(magic)") }
        guard length >= Layout.records - Layout.lengthOverhead else {
            throw StorageError.invalidBatch("batch length \(length)")
        }
        baseOffset = field(0, Int64.self)
        let delta = field(Layout.lastOffsetDelta, Int32.self)
        // Room for the last offset and the one after it.
        guard baseOffset >= 0, baseOffset < Int64.max - Int64(Int32.max), delta >= 0 else {
            throw StorageError.invalidBatch("batch at offset \(baseOffset) with last offset delta \(delta)")
        }
        sizeInBytes = Int(length) + Layout.lengthOverhead
        leaderEpoch = field(Layout.partitionLeaderEpoch, Int32.self)
        attributes = BatchAttributes(rawValue: field(Layout.attributes, Int16.self))
        lastOffset = baseOffset + Int64(delta)
        baseTimestamp = field(Layout.baseTimestamp, Int64.self)
        maxTimestamp = field(Layout.maxTimestamp, Int64.self)
        producerID = field(Layout.producerID, Int64.self)
        producerEpoch = field(Layout.producerEpoch, Int16.self)
        baseSequence = field(Layout.baseSequence, Int32.self)
        recordCount = field(Layout.recordCount, Int32.self)
        guard recordCount >= 0 else { throw StorageError.invalidBatch("record count \(recordCount)") }
    }
}

extension BatchHeader {
    /// The transaction marker in this control batch, which lies at `index`; nil for other control batches.
    func marker(at index: Int, in buffer: ByteBuffer) throws -> TransactionMarker? {
        guard let slice = buffer.getSlice(at: index, length: sizeInBytes) else {
            throw StorageError.invalidBatch("control batch is cut off")
        }
        do { return try TransactionMarker(RecordBatch(slice)) } catch let error as RecordsError {
            throw StorageError.invalidBatch("control batch: \(error)")
        }
    }
}
