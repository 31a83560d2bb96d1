/// A leader of the metadata quorum that resigns tells the voters, so that an election starts at once (KIP-595).
package struct EndQuorumEpochRequest: KafkaRequest {
    package typealias Response = QuorumEpochResponse
    package static let api = APIKey.endQuorumEpoch
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 1

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
    package var topics: [NamedTopic<Partition>] = []
    package var leaderEndpoints: [QuorumLeaderEndpoint] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&clusterID)
        try wire.array(&topics)
        try wire.array(&leaderEndpoints, since: 1)
    }
}
