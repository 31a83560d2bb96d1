import KafkaProtocol

@testable import ClusterInsight

extension ClusterSnapshot {
    /// Four brokers, each in a rack of its own, and a topic of twelve partitions on the first three.
    static func ofFourBrokers(at: Timestamp = 0) -> ClusterSnapshot {
        var snapshot = ClusterSnapshot(at: at)
        snapshot.brokers = (1...4).map {
            BrokerSnapshot(id: $0, host: "h", port: 1, rack: ["a", "b", "c", "d"][Int($0) - 1])
        }
        var topic = TopicSnapshot(name: "t", minISR: 2)
        topic.partitions = (0..<12).map { number in
            let replicas: [BrokerID] = (0..<3).map { BrokerID((number + $0) % 3 + 1) }
            return PartitionSnapshot(
                id: Int32(number), leader: replicas[0], replicas: replicas, isr: replicas,
                logs: replicas.map { ReplicaLog(broker: $0, bytes: 100, at: 0) })
        }
        snapshot.topics = [topic]
        return snapshot
    }
}
