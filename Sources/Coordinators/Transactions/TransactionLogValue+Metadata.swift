import KafkaProtocol

extension TransactionLogValue {
    init(_ metadata: TransactionMetadata) {
        self.init()
        producerID = metadata.producerID
        previousProducerID = metadata.previousProducerID
        producerEpoch = metadata.producerEpoch
        timeoutMs = metadata.timeoutMs
        status = metadata.state.rawValue
        if metadata.state != .empty { partitions = metadata.partitions.byTopic() }
        lastUpdateTimestamp = metadata.lastUpdateTimestamp
        startTimestamp = metadata.startTimestamp
    }
}

extension TransactionMetadata {
    /// The state that a record tells; nil for a state that is never stored.
    init?(_ transactionalID: String, _ value: TransactionLogValue) {
        guard let state = TransactionState(rawValue: value.status), state != .dead, state != .prepareEpochFence else {
            return nil
        }
        self.init(transactionalID: transactionalID, producerID: value.producerID, now: value.lastUpdateTimestamp)
        previousProducerID = value.previousProducerID
        producerEpoch = value.producerEpoch
        timeoutMs = value.timeoutMs
        self.state = state
        for topic in value.partitions ?? [] {
            for partition in topic.partitions { partitions.insert(TopicPartition(topic.name, partition)) }
        }
        startTimestamp = value.startTimestamp
    }
}
