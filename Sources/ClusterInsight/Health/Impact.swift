import KafkaProtocol

/// What losing a broker now would do.
package struct Impact: Sendable, Equatable {
    /// The broker that would go.
    package var broker: BrokerID
    /// Partitions it leads.
    package var leads = 0
    /// Partitions whose leader moves, by the broker that takes over.
    package var moves: [BrokerID: Int] = [:]
    /// Partitions that would have no leader.
    package var offline: [TopicPartition] = []
    /// Partitions that would refuse acks=all, with replicas in sync and the minimum.
    package var belowMinISR: [TopicPartition] = []
    /// Partitions that one further loss would make refuse acks=all.
    package var atMinISR = 0
    /// Partitions with a leader that would miss a replica.
    package var underReplicated = 0
    /// Groups it coordinates.
    package var groups: [String] = []
    /// Voters left after it, nil when it is no voter.
    package var votersLeft: Int?
    /// All voters.
    package var voters: Int?

    /// The impact of losing one broker, all else staying as it is.
    package init(losing broker: BrokerID, in snapshot: ClusterSnapshot) {
        self.broker = broker
        let live = Set(snapshot.liveBrokers.map(\.id))
        if let quorum = snapshot.quorum?.value, quorum.voters.contains(where: { $0.id == broker }) {
            let down = Set(snapshot.brokers.filter { !$0.state.isLive }.map(\.id))
            voters = quorum.voters.count
            votersLeft = quorum.voters.filter { $0.id != broker && !down.contains($0.id) }.count
        }
        for topic in snapshot.topics {
            for partition in topic.partitions where partition.replicas.contains(broker) {
                count(partition, of: topic, live: live)
            }
        }
        groups = snapshot.groups.filter { $0.coordinator == broker && !$0.isConsole }.map(\.name)
    }

    private mutating func count(_ partition: PartitionSnapshot, of topic: TopicSnapshot, live: Set<BrokerID>) {
        guard !partition.isOffline else { return }
        let id = TopicPartition(topic.name, partition.id)
        let left = partition.inSync.filter { $0 != broker }
        if partition.leader == broker {
            leads += 1
            // Without a majority of the quorum nobody can appoint another leader.
            let heir = keepsQuorum ? partition.replicas.first { left.contains($0) && live.contains($0) } : nil
            guard let heir else {
                offline.append(id)
                return
            }
            moves[heir, default: 0] += 1
        }
        let isInSync = partition.inSync.contains(broker)
        if isInSync || partition.isUnderReplicated { underReplicated += 1 }
        guard let minISR = topic.minISR(of: partition), isInSync else { return }
        if left.count < minISR {
            belowMinISR.append(id)
        } else if left.count == minISR {
            atMinISR += 1
        }
    }

    /// Whether a majority of voters would be left; true when it is no voter.
    package var keepsQuorum: Bool {
        guard let voters, let votersLeft else { return true }
        return votersLeft >= voters / 2 + 1
    }

    /// Whether it must be confirmed by typing: a partition goes offline or the quorum is lost.
    package var isDestructive: Bool { !offline.isEmpty || !keepsQuorum }

    /// Whether nothing is hurt beyond leaders moving.
    package var isHarmless: Bool { offline.isEmpty && belowMinISR.isEmpty && keepsQuorum }
}
