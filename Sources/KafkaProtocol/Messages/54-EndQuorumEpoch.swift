/// A leader of the metadata quorum that resigns tells the voters, so that an election starts at once (KIP-595).
package struct EndQuorumEpochRequest: KafkaRequest {
    package typealias Response = EndQuorumEpochResponse
    package static let api = APIKey.endQuorumEpoch
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 1

    /// One topic; always `__cluster_metadata`.
    package struct Topic: WireStruct {
        package var topicName = ""
        package var partitions: [Partition] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&topicName)
            try wire.array(&partitions)
        }
    }

    /// One partition; always 0. The lists name the voters by descending progress.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var leaderID: BrokerID = -1
        package var leaderEpoch: Epoch = 0
        /// Version 0 only; later versions say `preferredCandidates`.
        package var preferredSuccessors: [BrokerID] = []
        package var preferredCandidates: [Candidate] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch)
            try wire.array(&preferredSuccessors, until: 0)
            try wire.array(&preferredCandidates, since: 1)
        }
    }

    /// A voter by its key.
    package struct Candidate: WireStruct {
        package var candidateID: BrokerID = -1
        package var candidateDirectoryID = UUID.zero

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&candidateID)
            try wire.uuid(&candidateDirectoryID)
        }
    }

    package var clusterID: String?
    package var topics: [Topic] = []
    package var leaderEndpoints: [QuorumLeaderEndpoint] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&clusterID)
        try wire.array(&topics)
        try wire.array(&leaderEndpoints, since: 1)
    }
}

/// The leader and epoch the voter knows now.
package struct EndQuorumEpochResponse: WireStruct {
    /// One topic.
    package struct Topic: WireStruct {
        package var topicName = ""
        package var partitions: [QuorumEpochAnswer] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&topicName)
            try wire.array(&partitions)
        }
    }

    package var errorCode = ErrorCode.none
    package var topics: [Topic] = []
    package var nodeEndpoints: [QuorumNodeEndpoint] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.error(&errorCode)
        try wire.array(&topics)
        try wire.tagged(0, &nodeEndpoints, default: [], since: 1) { try $0.array(&$1) }
    }
}
