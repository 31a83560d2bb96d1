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
    /// Topics that are not Kafka's own, and their partitions.
    package var ownTopics = 0
    package var ownPartitions = 0
    /// The most replicas a partition has.
    package var mostReplicas = 0
    /// Bytes of the leaders' logs; nil when none is known.
    package var leaderBytes: Int64?
    /// Bytes of all known logs; nil when none is known.
    package var replicaBytes: Int64?
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
    /// Brokers that are up with a log dir that has no room left: they take no writes there.
    package var brokersFull: [BrokerID] = []

    /// A cluster without anything.
    package init() {}

    /// The health of a snapshot, with figures of its groups.
    package init(_ snapshot: ClusterSnapshot, groups: [String: Shared<GroupFigures>] = [:]) {
        self.init(snapshot, GroupRanking(snapshot, groups))
    }

    /// The health of a snapshot whose groups are ranked.
    init(_ snapshot: ClusterSnapshot, _ ranking: GroupRanking) {
        let counts = snapshot.topics.map(TopicCounts.init)
        for (topic, own) in zip(snapshot.topics, counts) { add(own, of: topic) }
        takeSkews(of: Skew.shares(counts))
        take(snapshot, ranking)
    }

    /// The same where what the topics add up to is known.
    init(_ snapshot: ClusterSnapshot, topics: ClusterHealth, _ ranking: GroupRanking) {
        self = topics
        take(snapshot, ranking)
    }

    /// Takes how leaders and replicas are spread.
    mutating func takeSkews(of shares: [BrokerID: TopicCounts.Share]) {
        leaderSkew = Skew.worstLeader(shares)
        replicaSkew = Skew.worstReplica(shares)
    }

    /// Takes what is not about topics.
    private mutating func take(_ snapshot: ClusterSnapshot, _ ranking: GroupRanking) {
        brokersAway = snapshot.brokers.filter(\.isAway).map(\.id)
        brokersFull = snapshot.brokers.filter { $0.room == .none }.map(\.id)
        voters = snapshot.quorum?.value.voters.count
        votersUp = snapshot.votersUp
        groupsNotOK = ranking.notOK.map { snapshot.groups[$0].name }
    }

    /// Takes what the partitions of a topic add up to.
    mutating func add(_ counts: TopicCounts, of topic: TopicSnapshot) {
        if !topic.isInternal {
            ownTopics += 1
            ownPartitions += counts.partitions
        }
        partitions += counts.partitions
        mostReplicas = max(mostReplicas, counts.mostReplicas)
        moving += counts.moving
        underReplicated += counts.underReplicated
        nonPreferred += counts.nonPreferred
        atMinISR += counts.atMinISR
        atMinISRByLoss += counts.atMinISRByLoss
        if let bytes = counts.leaderBytes { leaderBytes = (leaderBytes ?? 0) + bytes }
        if let bytes = counts.replicaBytes { replicaBytes = (replicaBytes ?? 0) + bytes }
        for number in counts.offline { offline.append(TopicPartition(topic.name, number)) }
        for number in counts.belowMinISR { belowMinISR.append(TopicPartition(topic.name, number)) }
    }

    /// Whether the quorum can decide; true when nothing is known of it.
    package var hasQuorum: Bool {
        guard let voters, let votersUp, voters > 0 else { return true }
        return votersUp >= voters / 2 + 1
    }

    /// Rows of the panel that are red, and what else fails now.
    package var problems: Int {
        [!offline.isEmpty, !belowMinISR.isEmpty, !hasQuorum, !brokersFull.isEmpty].count { $0 }
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
