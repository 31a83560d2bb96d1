import KafkaProtocol

/// How partitions are given to brokers.
package enum MoveStrategy: Sendable, Equatable {
    /// Every live broker gets its share, with the fewest moves.
    case spreadEvenly
    /// As spreading evenly, but only these brokers receive.
    case onto(Set<BrokerID>)
    /// Nothing stays on these brokers.
    case off(Set<BrokerID>)
    /// Replicas are added or removed to reach this number.
    case setReplicationFactor(Int)
    /// Replicas stay; only the order changes, so that leaders are spread.
    case leadersOnly
    /// Lists given by the person.
    case byHand([TopicPartition: [BrokerID]])
}
