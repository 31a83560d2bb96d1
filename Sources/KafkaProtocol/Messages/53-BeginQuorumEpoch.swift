/// A newly elected leader of the metadata quorum announces itself to a voter (KIP-595).
package struct BeginQuorumEpochRequest: KafkaRequest {
    package typealias Response = QuorumEpochResponse
    package static let api = APIKey.beginQuorumEpoch
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 1

    /// One partition; always 0.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var voterDirectoryID = UUID.zero
        package var leaderID: BrokerID = -1
        package var leaderEpoch: Epoch = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.uuid(&voterDirectoryID, since: 1)
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch)
        }
    }

    package var clusterID: String?
    package var voterID: BrokerID = -1
    package var topics: [NamedTopic<Partition>] = []
    package var leaderEndpoints: [QuorumLeaderEndpoint] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&clusterID)
        try wire.int32(&voterID, since: 1)
        try wire.array(&topics)
        try wire.array(&leaderEndpoints, since: 1)
    }
}
