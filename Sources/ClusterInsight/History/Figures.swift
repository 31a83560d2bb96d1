import KafkaProtocol

/// A rate or level with its course: the value now, and one sample per ten seconds, oldest first.
package struct Series: Sendable, Equatable {
    /// The mean of the last ten seconds, nil when samples are missing.
    package var now: Double?
    /// Means of ten seconds, oldest first; nil where samples are missing.
    package var trend: [Double?]

    /// A course of samples.
    package init(now: Double? = nil, trend: [Double?] = []) {
        self.now = now
        self.trend = trend
    }
}

/// Everything that follows from a snapshot and the ones before it.
package struct ClusterFigures: Sendable, Equatable {
    /// Messages produced per second, internal topics left out.
    package var messagesIn = Series()
    /// Bytes produced per second, from message rates and the mean size of each partition's messages.
    package var bytesIn = Series()
    /// Bytes sent to clients per second; only bundled brokers tell.
    package var bytesOut = Series()
    /// Bytes followers copy per second.
    package var replication = Series()
    /// The sum of all groups' lag, consoles left out.
    package var lag = Series()
    /// Metadata records a majority of the quorum has written per second.
    package var metadataRecords = Series()
    /// Per broker.
    package var brokers: [BrokerID: BrokerFigures] = [:]
    /// Per topic.
    package var topics: [String: Shared<TopicFigures>] = [:]
    /// Per partition: messages in per second.
    package var partitions = PartitionRates()
    /// Per group.
    package var groups: [String: Shared<GroupFigures>] = [:]
    /// Which groups read which topics.
    package var readers = TopicReaders()
    /// Partitions that move, or just have.
    package var moves = MovesFigures()
    /// How the sums, groups and topics went for hours.
    package var long = LongHistory()

    /// Nothing is known yet.
    package init() {}

    /// What follows for a group, also one of which nothing is known.
    package func group(_ name: String) -> GroupFigures { groups[name]?.value ?? GroupFigures() }
}

/// What follows for one broker.
package struct BrokerFigures: Sendable, Equatable {
    /// Partitions it leads.
    package var leaders = 0
    /// Replicas assigned to it, also while it is down.
    package var replicas = 0
    /// Under-replicated partitions it leads.
    package var underReplicated = 0
    /// Its leaders against the average of live brokers that lead any, percent; nil when it leads none.
    package var leaderSkew: Double?
    /// Its replicas against the average of brokers that have any, percent; nil when it has none.
    package var replicaSkew: Double?
    /// Bytes produced to its leaders per second.
    package var bytesIn = Series()
    /// Bytes it sends to clients per second.
    package var bytesOut = Series()

    /// Nothing is known yet.
    package init() {}
}

/// What follows for one topic.
package struct TopicFigures: Sendable, Equatable {
    /// Messages produced per second; nil when that is not known.
    package var rate: Double?
    /// How that went up to the last look; it stands since.
    package var course = LevelMeter()
    /// Groups with offsets or members on it.
    package var groups: [String] = []
    /// The sum of their lag here; nil when no group reads it or none is known.
    package var lag: Int64?
    /// Whether a part of that lag is old.
    package var lagIsStale = false
    /// What its partitions add up to.
    package var counts = TopicCounts()

    /// Nothing is known yet.
    package init() {}
}

/// What follows for one group.
package struct GroupFigures: Sendable, Equatable {
    /// Unread messages, never below 0; nil when a partition has no answer.
    package var lag: Int64?
    /// Whether it rests on old answers.
    package var isStale = false
    /// Whether it counts messages that a share group is done with out of order.
    package var isEstimate = false
    /// How its lag went, fifteen minutes at most.
    package var course = LevelMeter(capacity: Limits.groupLagSamples)
    /// Age of the oldest unread message of the worst partition, seconds.
    package var seconds: Double?
    /// Change of lag per second.
    package var lagPerSecond: Double?
    /// Messages that arrive for it per second.
    package var inRate: Double?
    /// Messages it reads per second.
    package var readRate: Double?
    /// When a committed offset last changed.
    package var lastCommitAt: Timestamp?
    /// The verdict.
    package var status = GroupStatus.ok
    /// When it came into its state; nil when that was before the first look.
    package var stateSince: Timestamp?
    /// When it was first seen in its state.
    package var stateSeenAt: Timestamp?
    /// Since when its lag grows, while the verdict is WARN.
    package var growsSince: Timestamp?
    /// Clients that joined when it began to rebalance.
    package var joined: [String] = []
    /// Per partition, by topic and number.
    package var partitions: [GroupPartitionFigures] = []

    /// Nothing is known yet.
    package init() {}

    /// When the lag will be gone.
    package var eta: LagEstimate {
        guard let lag, let change = lagPerSecond, lag >= 100 || abs(change) >= 2 else { return .none }
        if change >= 0.5 { return .never }
        if change <= -0.5 { return .seconds(Double(lag) / -change) }
        return .none
    }
}

/// When a lag will be gone at its present change.
package enum LagEstimate: Sendable, Equatable {
    /// It grows.
    case never
    /// In so many seconds.
    case seconds(Double)
    /// The lag is noise, or nothing is known.
    case none
}

/// What follows for one partition a group reads.
package struct GroupPartitionFigures: Sendable, Equatable {
    /// Which partition.
    package var partition: TopicPartition
    /// The member that reads it; nil for nobody.
    package var member: MemberSnapshot?
    /// Others that read it too, in a share group.
    package var others: [MemberSnapshot] = []
    /// The committed offset; the start offset of a share group.
    package var committed: Offset?
    /// The end a reader can see: the last stable offset.
    package var end: Offset?
    /// Unread messages.
    package var lag: Int64?
    /// How its lag went.
    package var course = LevelMeter()
    /// Age of the oldest unread message, seconds.
    package var seconds: Double?
    /// Messages that arrive per second.
    package var inRate: Double?
    /// Messages read per second.
    package var readRate: Double?
    /// The verdict for this partition alone.
    package var status = GroupStatus.ok

    /// A partition of which nothing is known yet.
    package init(_ partition: TopicPartition) {
        self.partition = partition
    }

    /// All that read it.
    package var readers: [MemberSnapshot] { (member.map { [$0] } ?? []) + others }

    /// Whether a member reads it.
    package func isRead(by reader: MemberSnapshot) -> Bool {
        member?.id == reader.id || others.contains { $0.id == reader.id }
    }
}
