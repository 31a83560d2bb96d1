import KafkaProtocol

/// The counts of the Health panel, with the partitions behind those that hurt.
package struct ClusterHealth: Sendable, Equatable {
    /// All partitions.
    package var partitions = 0
    /// Partitions that nobody serves: without leader, or with one that does not take part.
    package var offline: [TopicPartition] = []
    /// Partitions with fewer replicas in sync than `min.insync.replicas`.
    package var belowMinISR: [TopicPartition] = []
    /// Partitions exactly at it, whatever the reason.
    package var atMinISR = 0
    /// Those among them that miss a replica.
    package var atMinISRByLoss = 0
    /// Partitions with a replica out of sync.
    package var underReplicated = 0
    /// Partitions led by another than the preferred replica.
    package var nonPreferred = 0
    /// Partitions that move.
    package var moving = 0
    /// The worst leader skew.
    package var leaderSkew: Skew.Worst?
    /// The worst replica skew.
    package var replicaSkew: Skew.Worst?
    /// Voters of the quorum that take part, nil without a quorum.
    package var votersUp: Int?
    /// All voters.
    package var voters: Int?
    /// Groups whose verdict is not OK, worst first.
    package var groupsNotOK: [String] = []
    /// Brokers that are down, paused, silent or fenced.
    package var brokersAway: [BrokerID] = []

    /// A cluster without anything.
    package init() {}

    /// The health of a snapshot; `groups` are the verdicts on its groups.
    package init(_ snapshot: ClusterSnapshot, groups: [String: GroupFigures] = [:]) {
        for topic in snapshot.topics {
            for partition in topic.partitions { count(partition, of: topic) }
        }
        leaderSkew = Skew.worstLeader(snapshot)
        replicaSkew = Skew.worstReplica(snapshot)
        brokersAway = snapshot.brokers.filter(\.isAway).map(\.id)
        voters = snapshot.quorum?.value.voters.count
        votersUp = snapshot.votersUp
        let shown = Set(snapshot.groups.filter { !$0.isConsole }.map(\.name))
        groupsNotOK =
            groups.filter { $0.value.status != .ok && shown.contains($0.key) }
            .sorted { ($1.value.status, $0.key) < ($0.value.status, $1.key) }.map(\.key)
    }

    private mutating func count(_ partition: PartitionSnapshot, of topic: TopicSnapshot) {
        partitions += 1
        if partition.isMoving { moving += 1 }
        let id = TopicPartition(topic.name, partition.id)
        guard !partition.isOffline else {
            offline.append(id)
            return
        }
        if partition.isUnderReplicated { underReplicated += 1 }
        if partition.isLeaderNotPreferred { nonPreferred += 1 }
        guard let minISR = topic.minISR else { return }
        let inSync = partition.inSync.count
        if inSync < minISR {
            belowMinISR.append(id)
        } else if inSync == minISR {
            atMinISR += 1
            if partition.isUnderReplicated { atMinISRByLoss += 1 }
        }
    }

    /// Whether the quorum can decide; true when nothing is known of it.
    package var hasQuorum: Bool {
        guard let voters, let votersUp, voters > 0 else { return true }
        return votersUp >= voters / 2 + 1
    }

    /// Rows of the panel that are red.
    package var problems: Int {
        [!offline.isEmpty, !belowMinISR.isEmpty, !hasQuorum].count { $0 }
    }

    /// Rows of the panel that are amber.
    package var warnings: Int {
        [
            atMinISRByLoss > 0, underReplicated > 0, nonPreferred > 0, (leaderSkew?.percent ?? 0) >= Skew.degraded,
            (replicaSkew?.percent ?? 0) >= Skew.degraded, hasQuorum && (votersUp ?? 0) < (voters ?? 0),
            !groupsNotOK.isEmpty,
        ].count { $0 }
    }
}
