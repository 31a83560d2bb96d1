import KafkaProtocol

/// One consumer group.
package struct GroupSnapshot: Sendable, Equatable {
    /// Its id.
    package var name: String
    /// Kafka's word for its state in lower case: stable, empty, dead, rebalancing, assigning, reconciling.
    package var state: String
    /// classic, consumer (KIP-848), share or streams.
    package var type: String
    /// The assignor the group agreed on.
    package var assignor: String?
    /// The broker that coordinates it.
    package var coordinator: BrokerID?
    /// The group epoch of a KIP-848 group.
    package var epoch: Epoch?
    /// Its members.
    package var members: [MemberSnapshot]
    /// Committed offsets by partition.
    package var committed: [TopicPartition: Offset]
    /// When the offsets were read.
    package var committedAt: Timestamp?
    /// When the group was described.
    package var describedAt: Timestamp?
    /// Why the coordinator did not tell.
    package var error: String?

    /// A group; what was not read stays empty.
    package init(
        name: String, state: String, type: String = "classic", coordinator: BrokerID? = nil,
        members: [MemberSnapshot] = [], committed: [TopicPartition: Offset] = [:], committedAt: Timestamp? = nil
    ) {
        self.name = name
        self.state = state
        self.type = type
        self.coordinator = coordinator
        self.members = members
        self.committed = committed
        self.committedAt = committedAt
        describedAt = committedAt
    }

    /// Topics it committed on or reads now.
    package var topics: [String] {
        var names = Set(committed.keys.map(\.topic))
        for member in members { names.formUnion(member.partitions.map(\.topic)) }
        return names.sorted()
    }
    /// Whether it is between two assignments.
    package var isRebalancing: Bool { state == "rebalancing" || state == "assigning" || state == "reconciling" }
    /// Consoles and Klamm's own readers, hidden unless internal objects are shown.
    package var isConsole: Bool {
        // By bytes: it is asked of every group for every picture, and comparing characters takes a microsecond.
        name.utf8.starts(with: "console-consumer-".utf8) || name.utf8.starts(with: "klamm-".utf8)
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
    /// What it will read, while a KIP-848 group reconciles.
    package var target: [TopicPartition]?
    /// Its member epoch (KIP-848).
    package var epoch: Epoch?

    /// A member with its assignment.
    package init(
        id: String, clientID: String, host: String, partitions: [TopicPartition], target: [TopicPartition]? = nil,
        epoch: Epoch? = nil
    ) {
        self.id = id
        self.clientID = clientID
        self.host = host
        self.partitions = partitions
        self.target = target
        self.epoch = epoch
    }
}
