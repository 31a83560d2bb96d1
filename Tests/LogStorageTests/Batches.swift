import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore
import Testing

/// Makes batches as producers send them.
enum Batches {
    static func plain(_ values: [String], timestamp: Timestamp = 1000, key: String? = nil) throws -> ByteBuffer {
        var builder = RecordBatchBuilder()
        for value in values {
            builder.append(
                timestamp: timestamp, key: key.map { ByteBuffer(string: $0) }, value: ByteBuffer(string: value))
        }
        return try builder.build().bytes
    }

    static func keyed(_ records: [(String, String?)], timestamp: Timestamp = 1000) throws -> ByteBuffer {
        var builder = RecordBatchBuilder()
        for (key, value) in records {
            builder.append(
                timestamp: timestamp, key: ByteBuffer(string: key), value: value.map { ByteBuffer(string: $0) })
        }
        return try builder.build().bytes
    }

    static func idempotent(
        _ producer: Int64, epoch: Int16 = 0, sequence: Int32, count: Int = 1, transactional: Bool = false
    ) throws -> ByteBuffer {
        var builder = RecordBatchBuilder()
        builder.producerID = producer
        builder.producerEpoch = epoch
        builder.baseSequence = sequence
        builder.isTransactional = transactional
        for _ in 0..<count { builder.append(timestamp: 1000, value: ByteBuffer(string: "v")) }
        return try builder.build().bytes
    }

    static func marker(_ producer: Int64, epoch: Int16 = 0, commit: Bool, coordinatorEpoch: Epoch = 0) throws
        -> ByteBuffer
    {
        try TransactionMarker(
            producerID: producer, producerEpoch: epoch, isCommit: commit, coordinatorEpoch: coordinatorEpoch
        ).batch(timestamp: 1000).bytes
    }

    static func values(_ bytes: ByteBuffer) throws -> [String] {
        try RecordBatchReader.all(bytes).flatMap { try $0.records() }.map { $0.value.map { String(buffer: $0) } ?? "-" }
    }

    static func offsets(_ bytes: ByteBuffer) throws -> [Offset] {
        try RecordBatchReader.all(bytes).flatMap { try $0.records() }.map(\.offset)
    }
}
