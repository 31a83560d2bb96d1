import KafkaProtocol

/// What is wrong with a partition, worst first.
package enum PartitionProblem: Sendable, Equatable {
    /// Nobody serves it.
    case offline
    /// Fewer replicas in sync than `min.insync.replicas`: acks=all is refused.
    case belowMinISR(isr: Int, min: Int)
    /// One more loss would refuse acks=all, and a replica is missing.
    case atMinISR(isr: Int, min: Int)
    /// A replica is out of sync.
    case underReplicated(isr: Int, replicas: Int)
    /// A reassignment runs.
    case moving
    /// Somebody else than the preferred replica leads.
    case leaderNotPreferred

    /// The rank for sorting, worst first.
    package var rank: Int {
        switch self {
        case .offline: 0
        case .belowMinISR: 1
        case .atMinISR: 2
        case .underReplicated: 3
        case .moving: 4
        case .leaderNotPreferred: 5
        }
    }

    /// In words.
    package var text: String {
        switch self {
        case .offline: "OFFLINE"
        case .belowMinISR(let isr, let min): "below min ISR (\(isr) of \(min))"
        case .atMinISR(let isr, let min): "at min ISR (\(isr) of \(min))"
        case .underReplicated: "under-replicated"
        case .moving: "moving"
        case .leaderNotPreferred: "leader not preferred"
        }
    }

    /// All that is wrong with a partition, worst first.
    package static func all(_ partition: PartitionSnapshot, minISR: Int?) -> [PartitionProblem] {
        if partition.isOffline { return [.offline] }
        var found: [PartitionProblem] = []
        let isr = partition.inSync.count
        if let minISR {
            if isr < minISR {
                found.append(.belowMinISR(isr: isr, min: minISR))
            } else if isr == minISR, partition.isUnderReplicated {
                found.append(.atMinISR(isr: isr, min: minISR))
            }
        }
        if partition.isUnderReplicated {
            found.append(.underReplicated(isr: isr, replicas: partition.replicas.count))
        }
        if partition.isMoving { found.append(.moving) }
        if partition.isLeaderNotPreferred { found.append(.leaderNotPreferred) }
        return found
    }

    /// The worst, nil when nothing is wrong. An absent preferred leader alone is not worst while others are.
    package static func worst(_ partition: PartitionSnapshot, minISR: Int?) -> PartitionProblem? {
        all(partition, minISR: minISR).first
    }
}
