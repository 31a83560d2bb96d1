import KafkaProtocol

/// What a coordinator knows of one transactional id.
struct TransactionMetadata: Sendable, Equatable {
    /// From this epoch on (32766) the next InitProducerId takes a new producer id: one more is left for fencing.
    static let exhaustedEpoch = Int16.max - 1

    let transactionalID: String
    var producerID: Int64
    /// The id used before the epochs ran out; −1 for none.
    var previousProducerID: Int64 = -1
    /// −1 before the first InitProducerId is stored.
    var producerEpoch: Int16 = -1
    /// The epoch that the client had before its last InitProducerId, by which a repeated one is known (KIP-360). Not
    /// stored: −1 after the coordinator moved.
    var lastProducerEpoch: Int16 = -1
    var timeoutMs: Int32 = 0
    var state = TransactionState.empty
    /// Those of the open transaction; while markers are written, those without one.
    var partitions: Set<TopicPartition> = []
    /// −1 when no transaction was begun.
    var startTimestamp: Timestamp = -1
    var lastUpdateTimestamp: Timestamp
    /// The state that a record on its way into the log will bring; nothing else may be begun meanwhile.
    var pendingState: TransactionState?
    /// The epoch was raised, but the abort that was to follow was not stored: it is not raised once more.
    var hasFailedEpochFence = false

    init(transactionalID: String, producerID: Int64, now: Timestamp) {
        self.transactionalID = transactionalID
        self.producerID = producerID
        lastUpdateTimestamp = now
    }

    var isEpochExhausted: Bool { producerEpoch >= Self.exhaustedEpoch }

    /// Whether a client that names its producer may be this id's producer, now or before the last answer got lost.
    func accepts(producerID: Int64, epoch: Int16) -> Bool {
        producerEpoch == -1 || producerID == self.producerID
            || producerID == previousProducerID && epoch >= Self.exhaustedEpoch
    }
}
