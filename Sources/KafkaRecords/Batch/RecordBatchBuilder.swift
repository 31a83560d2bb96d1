import KafkaProtocol
import NIOCore

/// Makes one record batch. Set the fields, append the records, `build()`.
package struct RecordBatchBuilder: Sendable {
    package var compression: CompressionType
    package var timestampType = TimestampType.createTime
    /// The offset of the first record; producers leave it at 0.
    package var baseOffset: Offset
    package var partitionLeaderEpoch: Epoch = -1
    /// −1 is no idempotent producer; then epoch and sequence are −1 too.
    package var producerID: Int64 = -1
    package var producerEpoch: Int16 = -1
    package var baseSequence: Int32 = -1
    package var isTransactional = false
    package var isControl = false

    /// Records appended so far.
    package private(set) var count: Int32 = 0
    private var body = ByteBuffer()
    private var baseTimestamp: Timestamp = -1
    private var maxTimestamp: Timestamp = -1
    private var lastOffset: Offset

    package init(compression: CompressionType = .none, baseOffset: Offset = 0) {
        self.compression = compression
        self.baseOffset = baseOffset
        lastOffset = baseOffset - 1
    }

    package var isEmpty: Bool { count == 0 }

    /// The size of the batch if it is not compressed, in bytes.
    package var uncompressedSize: Int { RecordBatch.Layout.records + body.readableBytes }

    /// An upper bound of what `append` of such a record adds, in bytes.
    package static func sizeBound(key: ByteBuffer?, value: ByteBuffer?, headers: [RecordHeader]) -> Int {
        headers.reduce(36 + (key?.readableBytes ?? 0) + (value?.readableBytes ?? 0)) {
            $0 + 10 + $1.key.utf8.count + ($1.value?.readableBytes ?? 0)
        }
    }

    /// Appends a record at the next offset.
    package mutating func append(
        timestamp: Timestamp, key: ByteBuffer? = nil, value: ByteBuffer? = nil, headers: [RecordHeader] = []
    ) {
        append(Record(offset: lastOffset + 1, timestamp: timestamp, key: key, value: value, headers: headers))
    }

    /// Appends a record at its own offset, which must lie after the last one's; others are moved to the next offset.
    package mutating func append(_ record: Record) {
        let offset = max(record.offset, lastOffset + 1)
        if count == 0 { baseTimestamp = record.timestamp }
        maxTimestamp = max(maxTimestamp, record.timestamp)
        lastOffset = offset
        count += 1
        RecordWriter.write(
            record, timestampDelta: record.timestamp &- baseTimestamp, offsetDelta: offset - baseOffset, to: &body)
    }

    /// The batch, with its checksum.
    ///
    /// - Parameters:
    ///   - lastOffset: the last offset that the batch stands for, if it lies after its last record.
    ///   - maxTimestamp: the latest timestamp if it is not that of a record, as for LogAppendTime.
    /// - Throws: `RecordsError.codecUnavailable`, or `.tooLarge` beyond what a length field holds.
    package func build(lastOffset: Offset? = nil, maxTimestamp: Timestamp? = nil) throws -> RecordBatch {
        let payload = try Compression.compress(body, with: compression)
        let fields = BatchFields(
            baseOffset: baseOffset, partitionLeaderEpoch: partitionLeaderEpoch,
            attributes: BatchAttributes(
                compression: compression, timestampType: timestampType, isTransactional: isTransactional,
                isControl: isControl),
            lastOffset: max(lastOffset ?? self.lastOffset, baseOffset), baseTimestamp: baseTimestamp,
            maxTimestamp: maxTimestamp ?? self.maxTimestamp, producerID: producerID, producerEpoch: producerEpoch,
            baseSequence: baseSequence, recordCount: count)
        return try fields.batch(payload: payload)
    }
}

/// The header of a batch about to be written.
struct BatchFields {
    var baseOffset: Offset
    var partitionLeaderEpoch: Epoch
    var attributes: BatchAttributes
    var lastOffset: Offset
    var baseTimestamp: Timestamp
    var maxTimestamp: Timestamp
    var producerID: Int64
    var producerEpoch: Int16
    var baseSequence: Int32
    var recordCount: Int32

    /// The batch of this header and `payload`, which is compressed as `attributes` say.
    func batch(payload: ByteBuffer) throws -> RecordBatch {
        typealias Layout = RecordBatch.Layout
        let length = Layout.records - Layout.lengthOverhead + payload.readableBytes
        guard let length = Int32(exactly: length), let delta = Int32(exactly: lastOffset - baseOffset) else {
            throw RecordsError.tooLarge(limit: Int(Int32.max))
        }
        var bytes = ByteBuffer()
        bytes.reserveCapacity(Layout.records + payload.readableBytes)
        bytes.writeInteger(baseOffset)
        bytes.writeInteger(length)
        bytes.writeInteger(partitionLeaderEpoch)
        bytes.writeInteger(Int8(2))
        bytes.writeInteger(UInt32(0))
        bytes.writeInteger(attributes.rawValue)
        bytes.writeInteger(delta)
        bytes.writeInteger(baseTimestamp)
        bytes.writeInteger(maxTimestamp)
        bytes.writeInteger(producerID)
        bytes.writeInteger(producerEpoch)
        bytes.writeInteger(baseSequence)
        bytes.writeInteger(recordCount)
        bytes.writeImmutableBuffer(payload)
        var batch = try RecordBatch(bytes)
        batch.renewCRC()
        return batch
    }
}

/// Writes one record as it lies in a batch.
enum RecordWriter {
    static func write(_ record: Record, timestampDelta: Int64, offsetDelta: Int64, to buffer: inout ByteBuffer) {
        let size =
            1 + Varint.size(timestampDelta) + Varint.size(offsetDelta) + size(record.key) + size(record.value)
            + Varint.size(Int64(record.headers.count))
            + record.headers.reduce(0) {
                $0 + Varint.size(Int64($1.key.utf8.count)) + $1.key.utf8.count + self.size($1.value)
            }
        Varint.write(Int64(size), to: &buffer)
        // Record attributes, of which none is defined.
        buffer.writeInteger(Int8(0))
        Varint.write(timestampDelta, to: &buffer)
        Varint.write(offsetDelta, to: &buffer)
        write(record.key, to: &buffer)
        write(record.value, to: &buffer)
        Varint.write(Int64(record.headers.count), to: &buffer)
        for header in record.headers {
            Varint.write(Int64(header.key.utf8.count), to: &buffer)
            buffer.writeString(header.key)
            write(header.value, to: &buffer)
        }
    }

    private static func size(_ bytes: ByteBuffer?) -> Int {
        guard let bytes else { return Varint.size(-1) }
        return Varint.size(Int64(bytes.readableBytes)) + bytes.readableBytes
    }

    private static func write(_ bytes: ByteBuffer?, to buffer: inout ByteBuffer) {
        guard let bytes else { return Varint.write(-1, to: &buffer) }
        Varint.write(Int64(bytes.readableBytes), to: &buffer)
        buffer.writeImmutableBuffer(bytes)
    }
}
