import KafkaProtocol

extension TransactionLogValue {
    init(_ metadata: TransactionMetadata) {
        self.init()
        producerID = metadata.producerID
        previousProducerID = metadata.previousProducerID
        producerEpoch = metadata.producerEpoch
        timeoutMs = metadata.timeoutMs
        status = metadata.state.rawValue
        if metadata.state != .empty { partitions = Self.topics(metadata.partitions) }
        lastUpdateTimestamp = metadata.lastUpdateTimestamp
        startTimestamp = metadata.startTimestamp
    }

    private static func topics(_ partitions: Set<TopicPartition>) -> [Topic] {
        Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }.map { name, partitions in
            var topic = Topic()
            topic.topic = name
            topic.partitionIDs = partitions.map(\.partition).sorted()
            return topic
        }
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
            for partition in topic.partitionIDs { partitions.insert(TopicPartition(topic.topic, partition)) }
        }
        startTimestamp = value.startTimestamp
    }
}
