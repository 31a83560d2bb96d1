import KafkaProtocol
import KafkaRecords
import NIOCore

/// How a producer behaves; the names follow Kafka's producer settings.
package struct ProducerConfiguration: Sendable {
    /// −1 waits for all in-sync replicas, 1 for the leader, 0 for nobody (`acks`).
    package var acks: Int16 = -1
    /// How long to wait for more records before a batch that is not full leaves (`linger.ms`).
    package var linger = Duration.milliseconds(5)
    /// The size at which a batch is full, in bytes before compression (`batch.size`).
    package var batchSize = 64 << 10
    package var compression = CompressionType.none
    /// Whether the broker sorts out repetitions, so that a retry never stores a record twice (KIP-98). Needs acks −1.
    package var isIdempotent = true
    /// The bytes of records that may wait for delivery; `enqueue` waits beyond (`buffer.memory`).
    package var bufferSize = 32 << 20
    /// How long a record may take from enqueueing to its result (`delivery.timeout.ms`).
    package var deliveryTimeout = Duration.seconds(120)
    /// Records are sent in transactions of this id (`transactional.id`); needs acks −1.
    package var transactionalID: String?
    /// After how long the coordinator aborts a transaction that nobody ends (`transaction.timeout.ms`).
    package var transactionTimeout = Duration.seconds(60)

    package init() {}
}

/// A record to be sent.
package struct ProducerRecord: Sendable, Hashable {
    package var topic: String
    /// nil lets the key, or without a key the producer, choose.
    package var partition: Int32?
    package var key: ByteBuffer?
    package var value: ByteBuffer?
    package var headers: [RecordHeader]
    /// Milliseconds since 1970; nil is the time of enqueueing.
    package var timestamp: Timestamp?

    package init(
        topic: String, partition: Int32? = nil, key: ByteBuffer? = nil, value: ByteBuffer?,
        headers: [RecordHeader] = [], timestamp: Timestamp? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }

    /// What the record takes at most in a batch, in bytes.
    var size: Int { RecordBatchBuilder.sizeBound(key: key, value: value, headers: headers) }
}

/// Where a record went.
package struct Delivery: Sendable, Hashable {
    package var partition: TopicPartition
    /// −1 when the broker did not say: with acks 0, and for a repetition that it had stored long before.
    package var offset: Offset
    /// Set by the broker for topics with LogAppendTime; −1 otherwise.
    package var logAppendTime: Timestamp
}
