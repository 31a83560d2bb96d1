import ClusterMetadata
import KafkaProtocol
import LogStorage

/// One partition replica of this broker: its log, and its part in replication as leader or follower.
///
/// State comes from committed metadata and from AlterPartition's answers; the higher partition epoch wins. Loop only.
package final class Partition {
    package let topicPartition: TopicPartition
    package let topicID: TopicID
    /// Another one after a move between log directories.
    package internal(set) var log: Log
    let nodeID: BrokerID

    /// What the controller decided last, as far as this broker knows.
    package internal(set) var state: PartitionState
    package internal(set) var config: TopicConfig

    /// Leader only: the other replicas.
    package internal(set) var followers: [BrokerID: FollowerProgress] = [:]
    /// Leader only: where this leadership began. The high watermark must pass it before it means anything to consumers.
    package internal(set) var epochStart: Offset = 0
    /// Leader only: an in-sync set asked of the controller and not yet answered.
    package internal(set) var proposedISR: [BrokerID]?

    package init(
        topicPartition: TopicPartition, topicID: TopicID, log: Log, nodeID: BrokerID, state: PartitionState,
        config: TopicConfig
    ) {
        self.topicPartition = topicPartition
        self.topicID = topicID
        self.log = log
        self.nodeID = nodeID
        self.state = state
        self.config = config
    }

    package var isLeader: Bool { state.leader == nodeID }
    package var leaderEpoch: Epoch { state.leaderEpoch }

    /// Committed and proposed members together: whoever could be in the set, whatever the controller answers. Only what
    /// all of them hold may count as replicated.
    package var maximalISR: Set<BrokerID> { Set(state.isr).union(proposedISR ?? []) }

    /// `min.insync.replicas`, but never more than there are replicas.
    package var effectiveMinISR: Int { min(Int(clamping: config.minInsyncReplicas), state.replicas.count) }

    /// Whether a request that names `epoch` may be served; −1 does not ask.
    package func check(epoch: Epoch) -> ErrorCode {
        if epoch < 0 || epoch == leaderEpoch { return .none }
        return epoch < leaderEpoch ? .fencedLeaderEpoch : .unknownLeaderEpoch
    }

    /// Whether `LeaderEpoch` asks can be served here as leader.
    package func checkLeader(epoch: Epoch = -1) -> ErrorCode {
        let fit = check(epoch: epoch)
        guard fit == .none else { return fit }
        return isLeader ? .none : .notLeaderOrFollower
    }

    // MARK: Roles

    /// Takes the lead, or goes on leading with other replicas or another in-sync set.
    func lead(_ new: PartitionState, now: Int64) {
        let isNewEpoch = !isLeader || new.leaderEpoch != state.leaderEpoch || followers.isEmpty
        // Metadata may bring what AlterPartition's answer has brought already; the next proposal is under way by then,
        // and whoever is in it counts until it is answered.
        if isNewEpoch || new.partitionEpoch != state.partitionEpoch { proposedISR = nil }
        state = new
        if isNewEpoch {
            epochStart = log.logEndOffset
            log.startEpoch(new.leaderEpoch)
            followers.removeAll()
        }
        let others = new.replicas.filter { $0 != nodeID }
        followers = followers.filter { others.contains($0.key) }
        for id in others where followers[id] == nil {
            followers[id] = FollowerProgress(lastCaughtUp: new.isr.contains(id) ? now : 0)
        }
    }

    /// Follows whoever leads, or waits for a leader.
    func follow(_ new: PartitionState) {
        state = new
        proposedISR = nil
        followers.removeAll()
    }
}
