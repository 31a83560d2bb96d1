import KafkaProtocol
import NIOCore

/// Records of `__transaction_state` as JSON text.
enum TransactionRecordText {
    /// `{"transactionalId":"orders-1"}`.
    static func key(_ bytes: [UInt8]) -> String? {
        let encoded = EncodedRecord(key: ByteBuffer(bytes: bytes), value: nil)
        guard let record = try? TransactionRecord.decode(encoded) else { return nil }
        return "{\"transactionalId\":\(JSONText.quoted(record.transactionalID))}"
    }

    /// The state, the producer, and the partitions of the transaction.
    static func value(_ bytes: [UInt8]) -> String? {
        guard let value = try? TransactionLogValue.decode(ByteBuffer(bytes: bytes)) else { return nil }
        let state = TransactionState(rawValue: value.status)?.name ?? "\(value.status)"
        let partitions = (value.partitions ?? []).flatMap { topic in
            topic.partitions.map { JSONText.quoted("\(topic.name)/\($0)") }
        }
        return "{\"state\":\(JSONText.quoted(state)),\"producerId\":\(value.producerID),"
            + "\"producerEpoch\":\(value.producerEpoch),\"timeoutMs\":\(value.timeoutMs),"
            + "\"startedAt\":\(value.startTimestamp),\"updatedAt\":\(value.lastUpdateTimestamp),"
            + "\"partitions\":[\(partitions.joined(separator: ","))]}"
    }
}
