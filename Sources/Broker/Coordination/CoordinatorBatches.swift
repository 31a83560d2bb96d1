import Coordinators
import KafkaProtocol
import KafkaRecords
import NIOCore

/// Coordinator records as batches for the log, and back.
enum CoordinatorBatches {
    /// A producer in whose transaction records are written.
    struct Producer {
        var id: Int64
        var epoch: Int16
    }

    /// Batches of at most `limit` bytes each, unless a single record is larger; the topic's `max.message.bytes` judges that.
    static func encode(
        _ records: [EncodedRecord], in producer: Producer? = nil, timestamp: Timestamp,
        limit: Int = Limits.coordinatorBatchBytes
    ) throws -> [ByteBuffer] {
        var batches: [ByteBuffer] = []
        var builder = self.builder(producer)
        for record in records {
            let size = RecordBatchBuilder.sizeBound(key: record.key, value: record.value, headers: [])
            if !builder.isEmpty && builder.uncompressedSize + size > limit {
                batches.append(try builder.build().bytes)
                builder = self.builder(producer)
            }
            builder.append(timestamp: timestamp, key: record.key, value: record.value)
        }
        if !builder.isEmpty { batches.append(try builder.build().bytes) }
        return batches
    }

    private static func builder(_ producer: Producer?) -> RecordBatchBuilder {
        var builder = RecordBatchBuilder()
        guard let producer else { return builder }
        builder.producerID = producer.id
        builder.producerEpoch = producer.epoch
        builder.isTransactional = true
        return builder
    }

    /// Replays whole batches into `loader`; the offset after the last one, or nil when there was none.
    static func replay(_ buffer: ByteBuffer, into loader: inout some CoordinatorLoader) throws -> Offset? {
        var reader = RecordBatchReader(buffer)
        var next: Offset?
        while let batch = try reader.next() {
            next = batch.nextOffset
            if batch.attributes.isControl {
                if let marker = try TransactionMarker(batch) { loader.replay(marker) }
                continue
            }
            let producerID = batch.attributes.isTransactional ? batch.producerID : nil
            try batch.forEachRecord { record in
                guard let key = record.key else { return }
                loader.replay(EncodedRecord(key: key, value: record.value), in: producerID)
            }
        }
        return next
    }
}
