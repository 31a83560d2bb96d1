import KafkaProtocol
import NIOCore

/// One record batch of magic 2: a checked view of its bytes that reads header fields where they lie, so that a batch
/// passes through a broker without being taken apart (Kafka protocol guide, "Record Batch").
///
/// The header holds together once this exists (size, magic, no negative counts); the checksum and the records are
/// checked only when asked for. Bytes are shared with the frame or segment they came from until a field is set.
package struct RecordBatch: Sendable, Equatable {
    /// Where the fields lie in a batch.
    package enum Layout {
        package static let batchLength = 8
        package static let partitionLeaderEpoch = 12
        package static let magic = 16
        package static let crc = 17
        package static let attributes = 21
        package static let lastOffsetDelta = 23
        package static let baseTimestamp = 27
        package static let maxTimestamp = 35
        package static let producerID = 43
        package static let producerEpoch = 51
        package static let baseSequence = 53
        package static let recordCount = 57
        package static let records = 61
        /// Bytes before what `batchLength` counts: the base offset and the length itself.
        package static let lengthOverhead = 12
    }

    /// The whole batch, from base offset to the last record; exactly one batch.
    package private(set) var bytes: ByteBuffer

    /// Takes bytes that must be exactly one batch.
    ///
    /// - Throws: `RecordsError` when the header does not hold together.
    package init(_ bytes: ByteBuffer) throws {
        guard bytes.readableBytes >= Layout.magic + 1 else { throw RecordsError.truncated }
        self.bytes = bytes
        guard magic == 2 else { throw RecordsError.unsupportedMagic(magic) }
        guard batchLength >= Layout.records - Layout.lengthOverhead else {
            throw RecordsError.invalidHeader("batch length \(batchLength)")
        }
        let declared = Int(batchLength) + Layout.lengthOverhead
        guard bytes.readableBytes >= declared else { throw RecordsError.truncated }
        guard bytes.readableBytes == declared else { throw RecordsError.invalidHeader("bytes after the batch") }
        guard lastOffsetDelta >= 0 else { throw RecordsError.invalidHeader("last offset delta \(lastOffsetDelta)") }
        guard recordCount >= 0 else { throw RecordsError.invalidHeader("record count \(recordCount)") }
        // Room for the last offset and the one after it.
        guard baseOffset >= 0, baseOffset < Int64.max - Int64(Int32.max) else {
            throw RecordsError.invalidHeader("base offset \(baseOffset)")
        }
    }

    /// Cuts the batch that `buffer` starts with and moves past it.
    ///
    /// - Returns: nil when the bytes end before the batch does, as at the end of a fetch answer; `buffer` then keeps them.
    /// - Throws: `RecordsError` when the header does not hold together; `buffer` stays where it was.
    package static func read(from buffer: inout ByteBuffer) throws -> RecordBatch? {
        guard let size = try size(of: buffer), let slice = buffer.getSlice(at: buffer.readerIndex, length: size) else {
            return nil
        }
        let batch = try RecordBatch(slice)
        buffer.moveReaderIndex(forwardBy: size)
        return batch
    }

    /// The bytes that the batch (or message of magic 0 or 1) at the start of `buffer` takes; nil when fewer than all of
    /// them are there.
    static func size(of buffer: ByteBuffer) throws -> Int? {
        let start = buffer.readerIndex
        guard let length = buffer.getInteger(at: start + Layout.batchLength, as: Int32.self),
            let magic = buffer.getInteger(at: start + Layout.magic, as: Int8.self)
        else { return nil }
        guard (0...2).contains(magic) else { throw RecordsError.unsupportedMagic(magic) }
        guard length >= MessageSet.smallestLength else { throw RecordsError.invalidHeader("length \(length)") }
        let size = Int(length) + Layout.lengthOverhead
        return size <= buffer.readableBytes ? size : nil
    }

    // MARK: Header fields

    /// The offset of the first record that the batch was made with.
    package var baseOffset: Offset { field(0, Int64.self) }
    /// The bytes after this field: `sizeInBytes` − 12.
    package var batchLength: Int32 { field(Layout.batchLength, Int32.self) }
    /// The epoch of the leader that appended the batch; not under the checksum.
    package var partitionLeaderEpoch: Epoch { field(Layout.partitionLeaderEpoch, Int32.self) }
    /// The format, 2.
    package var magic: Int8 { field(Layout.magic, Int8.self) }
    /// CRC-32C of everything from the attributes on, as written.
    package var crc: UInt32 { field(Layout.crc, UInt32.self) }
    /// Codec, timestamp type and kind of batch.
    package var attributes: BatchAttributes { BatchAttributes(rawValue: field(Layout.attributes, Int16.self)) }
    /// Offset of the last record relative to the base; compaction keeps it.
    package var lastOffsetDelta: Int32 { field(Layout.lastOffsetDelta, Int32.self) }
    /// What the records' timestamps are relative to, or the delete horizon.
    package var baseTimestamp: Timestamp { field(Layout.baseTimestamp, Int64.self) }
    /// The latest timestamp, or the time of append.
    package var maxTimestamp: Timestamp { field(Layout.maxTimestamp, Int64.self) }
    /// The idempotent producer; −1 is none.
    package var producerID: Int64 { field(Layout.producerID, Int64.self) }
    /// The producer's epoch; −1 is none.
    package var producerEpoch: Int16 { field(Layout.producerEpoch, Int16.self) }
    /// The first record's sequence number; −1 is none.
    package var baseSequence: Int32 { field(Layout.baseSequence, Int32.self) }
    /// The records that are there, which may be fewer than the offsets cover.
    package var recordCount: Int32 { field(Layout.recordCount, Int32.self) }

    /// The size of the whole batch in bytes.
    package var sizeInBytes: Int { bytes.readableBytes }
    /// The offset of the last record that the batch was made with.
    package var lastOffset: Offset { baseOffset + Int64(lastOffsetDelta) }
    /// The offset that follows the batch.
    package var nextOffset: Offset { lastOffset + 1 }
    /// Whether an idempotent or transactional producer made it.
    package var hasProducerID: Bool { producerID >= 0 }
    /// The last record's sequence number; −1 when there is none.
    package var lastSequence: Int32 { Self.sequence(baseSequence, plus: lastOffsetDelta) }
    /// The codec. An unknown one throws.
    package var compression: CompressionType {
        get throws {
            guard let compression = attributes.compression else {
                throw RecordsError.unknownCompression(attributes.codec)
            }
            return compression
        }
    }
    /// The records as stored, compressed or not.
    package var payload: ByteBuffer {
        bytes.getSlice(at: bytes.readerIndex + Layout.records, length: bytes.readableBytes - Layout.records)
            ?? ByteBuffer()
    }

    /// Sequence numbers wrap from `Int32.max` to 0 (KIP-98); −1, "none", stays.
    package static func sequence(_ base: Int32, plus delta: Int32) -> Int32 {
        base < 0 ? base : (base &+ delta) & Int32.max
    }

    /// Whether the bytes are those that the checksum was taken over. Allocates nothing.
    package var isCRCValid: Bool { Checksum.crc32c(bytes, skipping: Layout.attributes) == crc }

    // MARK: What a broker sets at append

    /// Sets the fields that lie outside of the checksum.
    package mutating func assign(baseOffset: Offset, partitionLeaderEpoch: Epoch) {
        set(0, baseOffset)
        set(Layout.partitionLeaderEpoch, partitionLeaderEpoch)
    }

    /// Makes the broker's time every record's timestamp (`message.timestamp.type=LogAppendTime`) and renews the checksum.
    package mutating func setLogAppendTime(_ now: Timestamp) { setMaxTimestamp(now, type: .logAppendTime) }

    /// Sets the latest timestamp and what it means, and renews the checksum.
    package mutating func setMaxTimestamp(_ timestamp: Timestamp, type: TimestampType) {
        var changed = attributes
        changed.timestampType = type
        set(Layout.attributes, changed.rawValue)
        set(Layout.maxTimestamp, timestamp)
        renewCRC()
    }

    /// Takes the checksum over the bytes as they are now.
    package mutating func renewCRC() {
        set(Layout.crc, Checksum.crc32c(bytes, skipping: Layout.attributes))
    }

    /// Sets base offset and leader epoch of the batch that begins at `index` of a larger buffer, without cutting it out.
    /// The batch must have been read from there before.
    package static func assign(
        in buffer: inout ByteBuffer, at index: Int, baseOffset: Offset, partitionLeaderEpoch: Epoch
    ) {
        buffer.setInteger(baseOffset, at: index)
        buffer.setInteger(partitionLeaderEpoch, at: index + Layout.partitionLeaderEpoch)
    }

    private func field<I: FixedWidthInteger>(_ position: Int, _: I.Type) -> I {
        // `init` made sure that the header is there.
        bytes.getInteger(at: bytes.readerIndex + position, as: I.self) ?? 0
    }

    private mutating func set<I: FixedWidthInteger>(_ position: Int, _ value: I) {
        bytes.setInteger(value, at: bytes.readerIndex + position)
    }
}
