import KafkaProtocol

/// What the partitions of one topic add up to: the one pass over them that everything about a whole cluster builds on,
/// so that a topic that has not changed since the last picture is not walked through again.
package struct TopicCounts: Sendable, Equatable {
    /// All partitions.
    package var partitions = 0
    /// Partitions that nobody serves.
    package var offline: [Int32] = []
    /// Partitions with fewer replicas in sync than `min.insync.replicas`.
    package var belowMinISR: [Int32] = []
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
    /// Messages between the ends of all partitions that told; nil when none did.
    package var messages: Int64?
    /// Bytes of the leaders' logs; nil when none is known.
    package var leaderBytes: Int64?
    /// Bytes of all known logs; nil when none is known.
    package var replicaBytes: Int64?
    /// When the oldest of the offsets was read.
    package var offsetsAt: Timestamp?
    /// When the oldest of the leaders' sizes was read.
    package var leaderSizesAt: Timestamp?
    /// When the oldest of all sizes was read.
    package var sizesAt: Timestamp?
    /// The smallest and the largest replication factor.
    package var replicationFactors = 0...0
    /// The most replicas a partition has, those that come and go with a move included.
    package var mostReplicas = 0
    /// What each broker has of it.
    package var brokers: [Share] = []

    /// What one broker has of a topic.
    package struct Share: Sendable, Equatable {
        /// Which broker.
        package var broker: BrokerID
        /// Partitions it serves as their leader.
        package var leaders: Int32 = 0
        /// Replicas assigned to it, also while it is down.
        package var replicas: Int32 = 0
        /// Under-replicated partitions it leads.
        package var underReplicated: Int32 = 0

        /// Takes what the broker has of another topic.
        mutating func add(_ other: Share) {
            leaders += other.leaders
            replicas += other.replicas
            underReplicated += other.underReplicated
        }
    }

    /// How many leaders the broker with the most has above an even share among the brokers that hold the topic, percent of
    /// that share: 0 where they cannot be spread better. Nil when nobody leads.
    package var leaderExcess: Double? { Self.excess(brokers.map { Int($0.leaders) }) }

    /// The same of its replicas.
    package var replicaExcess: Double? { Self.excess(brokers.map { Int($0.replicas) }) }

    private static func excess(_ counts: [Int]) -> Double? {
        let all = counts.reduce(0, +)
        guard all > 0, let most = counts.max() else { return nil }
        let share = Double(all) / Double(counts.count)
        return max(0, Double(most) - share.rounded(.up)) / share * 100
    }

    /// Of a topic without partitions.
    package init() {}

    /// The counts of a topic.
    package init(_ topic: TopicSnapshot) {
        partitions = topic.partitions.count
        var factors: ClosedRange<Int>?
        for partition in topic.partitions {
            count(partition, minISR: topic.minISR(of: partition))
            countReadings(partition)
            let factor = partition.removing.isEmpty ? partition.replicas.count : partition.targetReplicas.count
            factors = factors.map { min($0.lowerBound, factor)...max($0.upperBound, factor) } ?? factor...factor
        }
        replicationFactors = factors ?? 0...0
    }

    private mutating func count(_ partition: PartitionSnapshot, minISR: Int?) {
        mostReplicas = max(mostReplicas, partition.replicas.count)
        for replica in partition.replicas { share(of: replica) { $0.replicas += 1 } }
        if partition.isMoving { moving += 1 }
        guard let leader = partition.servingLeader else {
            offline.append(partition.id)
            return
        }
        let isUnder = partition.isUnderReplicated
        share(of: leader) {
            $0.leaders += 1
            if isUnder { $0.underReplicated += 1 }
        }
        if isUnder { underReplicated += 1 }
        if partition.isLeaderNotPreferred { nonPreferred += 1 }
        guard let minISR else { return }
        let inSync = partition.inSync.count
        if inSync < minISR {
            belowMinISR.append(partition.id)
        } else if inSync == minISR {
            atMinISR += 1
            if isUnder { atMinISRByLoss += 1 }
        }
    }

    private mutating func countReadings(_ partition: PartitionSnapshot) {
        if let offsets = partition.offsets {
            messages = (messages ?? 0) + offsets.value.messages
            offsetsAt = min(offsetsAt ?? offsets.at, offsets.at)
        }
        guard !partition.logs.isEmpty else { return }
        // As `toldLog` has it, in the same pass: there may be a hundred thousand partitions.
        var told: ReplicaLog?
        for log in partition.logs {
            replicaBytes = (replicaBytes ?? 0) + log.bytes
            sizesAt = min(sizesAt ?? log.at, log.at)
            let isBetter = told.map { $0.broker != partition.leader && log.bytes > $0.bytes } ?? true
            if log.broker == partition.leader || isBetter { told = log }
        }
        guard let told else { return }
        leaderBytes = (leaderBytes ?? 0) + told.bytes
        leaderSizesAt = min(leaderSizesAt ?? told.at, told.at)
    }

    private mutating func share(of broker: BrokerID, _ change: (inout Share) -> Void) {
        if let index = brokers.firstIndex(where: { $0.broker == broker }) { return change(&brokers[index]) }
        var new = Share(broker: broker)
        change(&new)
        brokers.append(new)
    }
}
