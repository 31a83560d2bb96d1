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

    /// One partition's answer.
    package struct Answer: VoterAnswer {
        package var known = VoterKnows()
        package var voteGranted = false

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try known.code(&wire)
            try wire.bool(&voteGranted)
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
package typealias VoteResponse = VoterResponse<VoteRequest.Answer>
