import KafkaProtocol
import NIOCore

/// The message sets of magic 0 and 1, which brokers before 0.11 wrote and which may still lie in old logs; they are read,
/// never written.
package enum MessageSet {
    /// The fewest bytes after the length field: checksum, magic, attributes, null key, null value.
    static let smallestLength: Int32 = 14

    /// The records of the message that `buffer` starts with: itself, or those that it wraps compressed.
    ///
    /// - Returns: nil when the message is cut off, as at the end of a fetch answer.
    /// - Throws: `RecordsError` when the checksum fails or the message is malformed.
    package static func read(
        from buffer: inout ByteBuffer, limit: Int = RecordLimits.decompressed
    ) throws -> [Record]? {
        guard let outer = try Message.read(from: &buffer) else { return nil }
        guard outer.codec != .none else { return [outer.record] }
        guard outer.codec != .zstd else { throw RecordsError.unknownCompression(outer.codec.rawValue) }
        guard let wrapped = outer.record.value else { throw RecordsError.malformedRecord("null wrapper") }
        var plain =
            outer.codec == .lz4
            ? try LZ4.decompress(wrapped, limit: limit, checksHeader: outer.magic > 0)
            : try Compression.decompress(wrapped, with: outer.codec, limit: limit)
        var records: [Record] = []
        while plain.readableBytes > 0 {
            guard let inner = try Message.read(from: &plain) else { throw RecordsError.truncated }
            guard inner.codec == .none, inner.magic == outer.magic else {
                throw RecordsError.malformedRecord("wrapper within a wrapper")
            }
            records.append(inner.record)
        }
        if outer.magic == 1 { place(&records, under: outer) }
        return records
    }

    /// Offsets of magic 1 count from the wrapper's, which is that of the last record (KIP-31).
    private static func place(_ records: inout [Record], under wrapper: Message) {
        guard let last = records.last?.offset else { return }
        // A wrapper that no broker has placed yet still has offset 0.
        let base = max(0, wrapper.record.offset &- last)
        for index in records.indices {
            records[index].offset = base &+ records[index].offset
            if wrapper.timestampType == .logAppendTime { records[index].timestamp = wrapper.record.timestamp }
        }
    }

    /// One message as it lies in the log.
    private struct Message {
        var record: Record
        var magic: Int8
        var codec: CompressionType
        var timestampType: TimestampType

        /// Cuts the message that `buffer` starts with; nil when it is cut off.
        static func read(from buffer: inout ByteBuffer) throws -> Message? {
            guard let size = try RecordBatch.size(of: buffer) else { return nil }
            guard let bytes = buffer.getSlice(at: buffer.readerIndex, length: size) else { return nil }
            let message = try Message(bytes)
            buffer.moveReaderIndex(forwardBy: size)
            return message
        }

        private init(_ bytes: ByteBuffer) throws {
            var rest = bytes
            guard let offset = rest.readInteger(as: Int64.self), rest.readInteger(as: Int32.self) != nil,
                let crc = rest.readInteger(as: UInt32.self)
            else { throw RecordsError.truncated }
            guard Checksum.crc32(rest) == crc else { throw RecordsError.crcMismatch }
            guard let magic = rest.readInteger(as: Int8.self), let attributes = rest.readInteger(as: UInt8.self) else {
                throw RecordsError.truncated
            }
            guard magic == 0 || magic == 1 else { throw RecordsError.unsupportedMagic(magic) }
            guard let codec = CompressionType(rawValue: Int8(attributes & 0x07)) else {
                throw RecordsError.unknownCompression(Int8(attributes & 0x07))
            }
            var timestamp: Timestamp = -1
            if magic == 1 {
                guard let read = rest.readInteger(as: Int64.self) else { throw RecordsError.truncated }
                timestamp = read
            }
            let key = try Self.nullable(&rest)
            let value = try Self.nullable(&rest)
            guard rest.readableBytes == 0 else { throw RecordsError.malformedRecord("bytes after the value") }
            self.magic = magic
            self.codec = codec
            timestampType = magic == 1 && attributes & 0x08 != 0 ? .logAppendTime : .createTime
            record = Record(offset: offset, timestamp: timestamp, key: key, value: value)
        }

        private static func nullable(_ bytes: inout ByteBuffer) throws -> ByteBuffer? {
            guard let length = bytes.readInteger(as: Int32.self) else { throw RecordsError.truncated }
            if length == -1 { return nil }
            guard length >= 0, let slice = bytes.readSlice(length: Int(length)) else { throw RecordsError.truncated }
            return slice
        }
    }
}
