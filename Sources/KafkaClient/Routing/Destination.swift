import KafkaProtocol

/// Which broker a request belongs to.
package enum Destination: Sendable, Hashable {
    /// Any that answers.
    case any
    /// The active controller, or in KRaft clusters a broker that forwards to it.
    case controller
    /// The coordinator of a group.
    case group(String)
    /// The coordinator of a transactional id.
    case transaction(String)
    /// The leader of a partition.
    case leader(TopicPartition)
    /// This broker and no other.
    case broker(BrokerID)
}
