/// Which way a group with members may change its protocol (KIP-848).
package enum MigrationPolicy: String, Sendable {
    case disabled, upgrade, downgrade, bidirectional

    /// From the classic protocol to the new one, when a member that speaks it joins.
    var allowsUpgrade: Bool { self == .upgrade || self == .bidirectional }
    /// Back, when the last member that speaks it is gone.
    var allowsDowngrade: Bool { self == .downgrade || self == .bidirectional }
}

/// The broker's settings for groups; each names Kafka's key. Times in milliseconds.
package struct GroupConfig: Sendable, Equatable {
    /// `group.min.session.timeout.ms`
    package var minSessionTimeoutMs: Int32 = 6_000
    /// `group.max.session.timeout.ms`
    package var maxSessionTimeoutMs: Int32 = 1_800_000
    /// `group.initial.rebalance.delay.ms`: how long an empty group waits for more members.
    package var initialRebalanceDelayMs: Int64 = 3_000
    /// `group.max.size`
    package var maxSize = Int.max
    /// How long a member may wait in its first Join; Kafka's constant.
    package var newMemberJoinTimeoutMs: Int64 = 300_000
    /// `offset.metadata.max.bytes`
    package var offsetMetadataMaxBytes = 4_096
    /// `offsets.retention.minutes`, in milliseconds.
    package var offsetsRetentionMs: Int64 = 10_080 * 60_000
    /// `offsets.retention.check.interval.ms`
    package var offsetsRetentionCheckIntervalMs: Int64 = 600_000
    /// `offsets.commit.timeout.ms`: how long an answer waits for its records to be committed.
    package var commitTimeoutMs: Int64 = 5_000

    /// `group.consumer.session.timeout.ms`: of members of the new consumer protocol (KIP-848).
    package var consumerSessionTimeoutMs: Int64 = 45_000
    /// `group.consumer.heartbeat.interval.ms`
    package var consumerHeartbeatIntervalMs: Int32 = 5_000
    /// `group.consumer.max.size`
    package var consumerMaxSize = Int.max
    /// `group.consumer.assignors`: what members may ask for; the first is the default.
    package var consumerAssignors: [TargetAssignor] = [.uniform, .range]

    /// `group.consumer.migration.policy`
    package var migrationPolicy = MigrationPolicy.bidirectional

    /// Members of a group of either protocol, whatever the settings say.
    package var mostMembers = CoordinatorLimits.members

    package init() {}

    /// The size that no group exceeds, whatever the setting.
    var effectiveMaxSize: Int { min(maxSize, mostMembers) }
    /// The same for the new consumer protocol.
    var effectiveConsumerMaxSize: Int { min(consumerMaxSize, mostMembers) }
}
