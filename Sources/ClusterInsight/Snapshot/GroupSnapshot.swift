import KafkaProtocol

/// One group of any type.
package struct GroupSnapshot: Sendable, Equatable, NamedPart {
    private struct Parts: Sendable, Equatable {
        var name: String
        var state: String
        var type: String
        var assignor: String?
        var coordinator: BrokerID?
        var epoch: Epoch?
        var members: [MemberSnapshot]
        var topology: StreamsTopology?
        var committed: [TopicPartition: Offset]
        var shares: [TopicPartition: ShareSnapshot] = [:]
        var committedAt: Timestamp?
        var describedAt: Timestamp?
        var error: String?
    }

    /// Shared by all pictures in which nothing of it is different.
    private var parts: Shared<Parts>

    /// Its id.
    package var name: String {
        get { parts.value.name }
        set { parts.value.name = newValue }
    }
    /// Kafka's word for its state in lower case: stable, empty, dead, rebalancing, assigning, reconciling, not ready.
    package var state: String {
        get { parts.value.state }
        set { parts.value.state = newValue }
    }
    /// classic, consumer (KIP-848), share or streams.
    package var type: String {
        get { parts.value.type }
        set { parts.value.type = newValue }
    }
    /// The assignor the group agreed on.
    package var assignor: String? {
        get { parts.value.assignor }
        set { parts.value.assignor = newValue }
    }
    /// The broker that coordinates it.
    package var coordinator: BrokerID? {
        get { parts.value.coordinator }
        set { parts.value.coordinator = newValue }
    }
    /// The group epoch; nil in a classic group.
    package var epoch: Epoch? {
        get { parts.value.epoch }
        set { parts.value.epoch = newValue }
    }
    /// Its members.
    package var members: [MemberSnapshot] {
        get { parts.value.members }
        set { parts.value.members = newValue }
    }
    /// What the application of a streams group consists of.
    package var topology: StreamsTopology? {
        get { parts.value.topology }
        set { parts.value.topology = newValue }
    }
    /// Committed offsets by partition; none of a share group.
    package var committed: [TopicPartition: Offset] {
        get { parts.value.committed }
        set { parts.value.committed = newValue }
    }
    /// Where a share group reads, by partition.
    package var shares: [TopicPartition: ShareSnapshot] {
        get { parts.value.shares }
        set { parts.value.shares = newValue }
    }
    /// When the offsets were read.
    package var committedAt: Timestamp? {
        get { parts.value.committedAt }
        set { parts.value.committedAt = newValue }
    }
    /// When the group was described.
    package var describedAt: Timestamp? {
        get { parts.value.describedAt }
        set { parts.value.describedAt = newValue }
    }
    /// Why the coordinator did not tell.
    package var error: String? {
        get { parts.value.error }
        set { parts.value.error = newValue }
    }

    /// A group; what was not read stays empty.
    package init(
        name: String, state: String, type: String = "classic", coordinator: BrokerID? = nil,
        members: [MemberSnapshot] = [], committed: [TopicPartition: Offset] = [:], committedAt: Timestamp? = nil
    ) {
        parts = Shared(
            Parts(
                name: name, state: state, type: type, coordinator: coordinator, members: members, committed: committed,
                committedAt: committedAt, describedAt: committedAt))
    }

    /// Whether both are the same group of one picture that another took over.
    package func isIdentical(to other: GroupSnapshot) -> Bool { parts.isIdentical(to: other.parts) }

    /// Whether its members share partitions (KIP-932), in which case it commits no offsets.
    package var isShare: Bool { type == "share" }
    /// Whether it is a Kafka Streams application (KIP-1071).
    package var isStreams: Bool { type == "streams" }
    /// Whether the cluster lists it and yet cannot tell what is in it.
    package var isUntold: Bool { describedAt == nil && error == nil && (isShare || isStreams) }
    /// Whether verdicts can be given on it: they rest on committed offsets, and on who reads.
    package var isJudged: Bool { !isShare && !isUntold }

    /// Up to where it has read a partition: what it committed, or where a share group begins.
    package func position(in id: TopicPartition) -> Offset? { isShare ? shares[id]?.start : committed[id] }

    /// The same of all partitions.
    package var positions: [TopicPartition: Offset] { isShare ? shares.mapValues(\.start) : committed }

    /// Topics it committed on or reads now.
    package var topics: [String] {
        var names = Set(committed.keys.map(\.topic))
        names.formUnion(shares.keys.map(\.topic))
        names.formUnion(topology?.sources ?? [])
        for member in members { names.formUnion(member.partitions.map(\.topic)) }
        return names.sorted()
    }
    /// Whether it is between two assignments.
    package var isRebalancing: Bool {
        state == "rebalancing" || state == "assigning" || state == "reconciling" || isNotReady
    }
    /// Whether an application waits for topics, so that its members have no tasks (KIP-1071).
    package var isNotReady: Bool { state == "not ready" }
    /// Consoles and Klamm's own readers, hidden unless internal objects are shown.
    package var isConsole: Bool {
        // By bytes: it is asked of every group for every picture, and comparing characters takes a microsecond.
        name.utf8.starts(with: "console-consumer-".utf8) || name.utf8.starts(with: "klamm-".utf8)
    }
}

/// Where a share group reads a partition.
package struct ShareSnapshot: Sendable, Equatable {
    /// The share-partition start offset: all before it is done with.
    package var start: Offset
    /// Records that are not done with; nil where the broker does not tell.
    package var lag: Int64?

    /// What a broker told.
    package init(start: Offset, lag: Int64? = nil) {
        self.start = start
        self.lag = lag
    }
}

/// One member of a group.
package struct MemberSnapshot: Sendable, Equatable {
    /// The id the coordinator gave it.
    package var id: String
    /// `client.id`.
    package var clientID: String
    /// Where it connects from.
    package var host: String
    /// What it reads now.
    package var partitions: [TopicPartition]
    /// What it will read, while its group reconciles.
    package var target: [TopicPartition]?
    /// Its member epoch; nil in a classic group.
    package var epoch: Epoch?
    /// Its tasks; nil but in a streams group. Shared, as few members have them and there are very many.
    package var streams: Shared<StreamsMember>?

    /// A member with its assignment.
    package init(
        id: String, clientID: String, host: String, partitions: [TopicPartition], target: [TopicPartition]? = nil,
        epoch: Epoch? = nil, streams: StreamsMember? = nil
    ) {
        self.id = id
        self.clientID = clientID
        self.host = host
        self.partitions = partitions
        self.target = target
        self.epoch = epoch
        self.streams = streams.map { Shared($0) }
    }
}
