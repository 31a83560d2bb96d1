import ClusterMetadata
import KafkaProtocol

/// The bytes a second of throttled replication, measured as Kafka does: over 11 samples of one second, of which the first
/// ten seconds count in full, so that a burst may use up what was not used before.
package struct ReplicationQuota: Sendable, Equatable {
    private static let samples = 11
    private static let sampleMs: Int64 = 1_000

    /// Bytes a second; `Int64.max` is no limit.
    package var limit: Int64
    /// The last seconds in which something was counted, oldest first.
    private var counted: [Sample] = []

    private struct Sample: Equatable {
        /// Whole seconds of the monotonic clock.
        var second: Int64
        var bytes: Int64
    }

    package init(limit: Int64 = .max) { self.limit = limit }

    package mutating func record(_ bytes: Int, now: Int64) {
        let second = now / Self.sampleMs
        counted.removeAll { $0.second <= second - Int64(Self.samples) }
        if let last = counted.indices.last, counted[last].second == second {
            counted[last].bytes += Int64(bytes)
        } else {
            counted.append(Sample(second: second, bytes: Int64(bytes)))
        }
    }

    /// Bytes a second at `now`.
    package func rate(now: Int64) -> Double {
        let second = now / Self.sampleMs
        let recent = counted.filter { $0.second > second - Int64(Self.samples) }
        guard let oldest = recent.first else { return 0 }
        let elapsed = max(now - oldest.second * Self.sampleMs, Int64(Self.samples - 1) * Self.sampleMs)
        return Double(recent.reduce(0) { $0 + $1.bytes }) * 1_000 / Double(elapsed)
    }

    package func isExceeded(now: Int64) -> Bool { limit < .max && rate(now: now) > Double(limit) }
}

/// Holds replicas that are being moved back, so that moving them leaves room for clients (KIP-73): those named in
/// `leader.replication.throttled.replicas` and `follower.replication.throttled.replicas`, while they are not in sync.
package final class ReplicationThrottle {
    private let nodeID: BrokerID
    private let clock: any Clock
    private var leading = ReplicationQuota()
    private var following = ReplicationQuota()

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
