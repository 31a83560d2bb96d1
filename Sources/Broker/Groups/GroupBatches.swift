import Coordinators
import KafkaProtocol
import KafkaRecords
import NIOCore

/// Group records as batches for the log, and back.
enum GroupBatches {
    /// Batches of at most `limit` bytes each, unless a single record is larger; the topic's `max.message.bytes` judges that.
    static func encode(_ records: [GroupRecord], timestamp: Timestamp, limit: Int) throws -> [ByteBuffer] {
        var batches: [ByteBuffer] = []
        var builder = RecordBatchBuilder()
        for record in records {
            let bytes = try record.encoded()
            let size = RecordBatchBuilder.sizeBound(key: bytes.key, value: bytes.value, headers: [])
            if !builder.isEmpty && builder.uncompressedSize + size > limit {
                batches.append(try builder.build().bytes)
                builder = RecordBatchBuilder()
            }
            builder.append(timestamp: timestamp, key: bytes.key, value: bytes.value)
        }
        if !builder.isEmpty { batches.append(try builder.build().bytes) }
        return batches
    }

    /// Replays whole batches into `loader`; the offset after the last one, or nil when there was none.
    static func replay(_ buffer: ByteBuffer, into loader: inout GroupLoader) throws -> Offset? {
        var reader = RecordBatchReader(buffer)
        var next: Offset?
        while let batch = try reader.next() {
            next = batch.nextOffset
            if batch.attributes.isControl { continue }
            try batch.forEachRecord { record in
                guard let key = record.key else { return }
                loader.replay(GroupRecord.Encoded(key: key, value: record.value))
            }
        }
        return next
    }
}
