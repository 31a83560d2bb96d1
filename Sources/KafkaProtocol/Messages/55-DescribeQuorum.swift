/// Asks the leader of the metadata quorum who votes, who observes, and how far each of them is (KIP-642, KIP-836,
/// KIP-853).
package struct DescribeQuorumRequest: KafkaRequest {
    package typealias Response = DescribeQuorumResponse
    package static let api = APIKey.describeQuorum
    package static let versions: ClosedRange<Int16> = 0...2
    package static let flexibleSince: Int16 = 0

    /// One partition.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws { try wire.int32(&partitionIndex) }
    }

    package var topics: [NamedTopic<Partition>] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws { try wire.array(&topics) }
}

/// The quorum as its leader sees it.
package struct DescribeQuorumResponse: WireStruct {
    /// One partition's quorum.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var errorCode = ErrorCode.none
        package var errorMessage: String?
        package var leaderID: BrokerID = -1
        package var leaderEpoch: Epoch = 0
        package var highWatermark: Offset = -1
        package var currentVoters: [ReplicaState] = []
        package var observers: [ReplicaState] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.error(&errorCode)
            try wire.string(&errorMessage, since: 2)
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch)
            try wire.int64(&highWatermark)
            try wire.array(&currentVoters)
            try wire.array(&observers)
        }
    }

    /// One voter's or observer's progress; timestamps are the leader's wall clock, −1 when unknown.
    package struct ReplicaState: WireStruct {
        package var replicaID: BrokerID = -1
        package var replicaDirectoryID = UUID.zero
        package var logEndOffset: Offset = -1
        package var lastFetchTimestamp: Timestamp = -1
        package var lastCaughtUpTimestamp: Timestamp = -1

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&replicaID)
            try wire.uuid(&replicaDirectoryID, since: 2)
            try wire.int64(&logEndOffset)
            try wire.int64(&lastFetchTimestamp, since: 1)
            try wire.int64(&lastCaughtUpTimestamp, since: 1)
        }
    }

    /// A voter and where it listens.
    package struct Node: WireStruct {
        package var nodeID: BrokerID = -1
        package var listeners: [QuorumLeaderEndpoint] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&nodeID)
            try wire.array(&listeners)
        }
    }

    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var topics: [NamedTopic<Partition>] = []
    package var nodes: [Node] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.error(&errorCode)
        try wire.string(&errorMessage, since: 2)
        try wire.array(&topics)
        try wire.array(&nodes, since: 2)
    }
}
