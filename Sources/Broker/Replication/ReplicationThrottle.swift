import ClusterMetadata
import KafkaProtocol

/// Holds replicas that are being moved back, so that moving them leaves room for clients (KIP-73): those named in
/// `leader.replication.throttled.replicas` and `follower.replication.throttled.replicas`, while they are not in sync.
package final class ReplicationThrottle {
    private let nodeID: BrokerID
    private let clock: any Clock
    private var leading = RateQuota()
    private var following = RateQuota()

    package init(nodeID: BrokerID, clock: any Clock) {
        self.nodeID = nodeID
        self.clock = clock
    }

    /// Takes the rates that hold now.
    package func refresh(_ configs: ConfigView, _ image: MetadataImage) {
        func rate(_ key: String) -> Int64 { configs.string(key, in: image).flatMap { Int64($0) } ?? .max }
        leading.limit = rate("leader.replication.throttled.rate")
        following.limit = rate("follower.replication.throttled.rate")
    }

    /// Whether a partition led here must wait before `follower` gets more of it.
    package func holdsBack(_ partition: Partition, for follower: BrokerID) -> Bool {
        !partition.state.isr.contains(follower) && names(partition.config.leaderThrottledReplicas, partition)
            && leading.isExceeded(now: clock.now)
    }

    package func sent(_ bytes: Int, of partition: Partition) {
        guard names(partition.config.leaderThrottledReplicas, partition) else { return }
        leading.record(bytes, now: clock.now)
    }

    /// Whether a partition followed here must not be asked for now.
    package func holdsBack(_ partition: Partition) -> Bool {
        !partition.state.isr.contains(nodeID) && names(partition.config.followerThrottledReplicas, partition)
            && following.isExceeded(now: clock.now)
    }

    package func received(_ bytes: Int, of partition: Partition) {
        guard names(partition.config.followerThrottledReplicas, partition) else { return }
        following.record(bytes, now: clock.now)
    }

    private func names(_ list: Set<String>, _ partition: Partition) -> Bool {
        guard !list.isEmpty else { return false }
        return list.contains("*") || list.contains("\(partition.topicPartition.partition):\(nodeID)")
    }
}
