/// A candidate of the metadata quorum asks a voter for its vote, or with `preVote` whether it would get it (KIP-595,
/// KIP-996).
package struct VoteRequest: KafkaRequest {
    package typealias Response = VoteResponse
    package static let api = APIKey.vote
    package static let versions: ClosedRange<Int16> = 0...2
    package static let flexibleSince: Int16 = 0

    /// One partition; always 0.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        /// The epoch the candidate wants to lead; in a pre-vote the epoch it is in.
        package var candidateEpoch: Epoch = 0
        package var candidateID: BrokerID = -1
        package var candidateDirectoryID = UUID.zero
        package var voterDirectoryID = UUID.zero
        /// The epoch of the last record in the candidate's log.
        package var lastOffsetEpoch: Epoch = 0
        /// The end offset of the candidate's log.
        package var lastOffset: Offset = 0
        package var preVote = false

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.int32(&candidateEpoch)
            try wire.int32(&candidateID)
            try wire.uuid(&candidateDirectoryID, since: 1)
            try wire.uuid(&voterDirectoryID, since: 1)
            try wire.int32(&lastOffsetEpoch)
            try wire.int64(&lastOffset)
            try wire.bool(&preVote, since: 2)
        }
    }

    package var clusterID: String?
    /// Who is asked, so that a request that reached the wrong node is noticed.
    package var voterID: BrokerID = -1
    package var topics: [NamedTopic<Partition>] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&clusterID)
        try wire.int32(&voterID, since: 1)
        try wire.array(&topics)
    }
}

/// Whether the vote is given, and the leader and epoch the voter knows.
package struct VoteResponse: WireStruct {
    /// One partition's answer.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var errorCode = ErrorCode.none
        package var leaderID: BrokerID = -1
        package var leaderEpoch: Epoch = 0
        package var voteGranted = false

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.error(&errorCode)
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch)
            try wire.bool(&voteGranted)
        }
    }

    package var errorCode = ErrorCode.none
    package var topics: [NamedTopic<Partition>] = []
    package var nodeEndpoints: [QuorumNodeEndpoint] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.error(&errorCode)
        try wire.array(&topics)
        try wire.tagged(0, &nodeEndpoints, default: [], since: 1) { try $0.array(&$1) }
    }
}
