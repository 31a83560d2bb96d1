import KafkaProtocol

/// The two protocols of consumer groups.
package enum GroupProtocol: String, Sendable, CaseIterable {
    /// JoinGroup and SyncGroup: a member computes everybody's share.
    case classic
    /// ConsumerGroupHeartbeat (KIP-848): the coordinator does, and moves partitions one by one. Since Kafka 4.0.
    case consumer
}

/// How a member of a group behaves; the names follow Kafka's consumer settings.
package struct GroupConfiguration: Sendable {
    package var groupID: String
    package var topics: [String]
    /// How long the coordinator waits for a sign of life (`session.timeout.ms`); in the new protocol the group says.
    package var sessionTimeout = Duration.seconds(45)
    /// How long it waits for members to join again (`max.poll.interval.ms`).
    package var rebalanceTimeout = Duration.seconds(60)
    /// Of the classic protocol; in the new one the group sets it.
    package var heartbeatInterval = Duration.seconds(3)
    /// How often `poll` commits what it has handed out before; nil leaves commits to the caller.
    package var autoCommit: Duration? = .seconds(5)
    /// How the member and its group talk (`group.protocol`).
    package var groupProtocol = GroupProtocol.classic
    /// Where to start a partition for which the group has committed nothing.
    package var reset = OffsetSpec.latest

    package init(groupID: String, topics: [String]) {
        self.groupID = groupID
        self.topics = topics
    }
}

/// What a member is in its group.
struct Membership: Sendable, Equatable {
    var memberID = ""
    var generation: Int32 = -1
}

/// What a sign of life brought.
struct GroupHeartbeat: Sendable {
    var generation: Int32
    /// What the member has from now on; nil when that did not change.
    var partitions: Set<TopicPartition>?
    /// When the next one is due.
    var interval: Duration
}

/// How a member and its group talk.
protocol GroupExchange: Sendable {
    /// Joins as `membership`, or as a new member when it has no id. Also when this throws the membership may be another: a
    /// member that got no share is a member all the same, and must come again as the one it is.
    func join(_ membership: inout Membership) async throws -> GroupHeartbeat
    /// Gives a sign of life.
    func heartbeat(_ membership: Membership) async throws -> GroupHeartbeat
    func leave(_ membership: Membership) async throws
}
