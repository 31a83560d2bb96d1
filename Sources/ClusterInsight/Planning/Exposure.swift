import KafkaProtocol

/// What the loss of one broker, or of one rack, would take offline: partitions all of whose replicas are there.
package struct Exposure: Sendable, Equatable {
    /// Partitions with a single broker.
    package var brokers: [BrokerID: [TopicPartition]] = [:]
    /// Partitions with several brokers, all of the same rack.
    package var racks: [String: [TopicPartition]] = [:]

    /// Whether there is none.
    package var isEmpty: Bool { brokers.isEmpty && racks.isEmpty }

    /// What is exposed when these lists are what there is and all replicas are in sync.
    ///
    /// - Parameter rackOf: the racks of brokers; where all that are known have the same, or none, none of it is told: its
    ///   loss is that of the cluster.
    package init(_ lists: some Sequence<(TopicPartition, [BrokerID])>, racks rackOf: [BrokerID: String]) {
        let areApart = Set(rackOf.values).count > 1
        for (partition, replicas) in lists {
            if replicas.count == 1 {
                brokers[replicas[0], default: []].append(partition)
            } else if areApart, let rack = rackOf[replicas.first ?? -1],
                replicas.allSatisfy({ rackOf[$0] == rack })
            {
                racks[rack, default: []].append(partition)
            }
        }
    }

    /// What a plan leaves of its partitions.
    package init(after plan: MovePlan, in snapshot: ClusterSnapshot) {
        let racks = snapshot.brokers.compactMap { broker in broker.rack.map { (broker.id, $0) } }
        self.init(
            plan.moves.map { ($0.partition, $0.after) },
            racks: Dictionary(racks, uniquingKeysWith: { a, _ in a }))
    }
}
