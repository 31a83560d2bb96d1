import KafkaProtocol

/// From one broker to another: what a replica, or the lead of a partition, may go.
struct Way: Hashable {
    var from: BrokerID
    var to: BrokerID
}
