/// Asks the leader of the metadata quorum to make a node a voter (KIP-853).
package struct AddRaftVoterRequest: KafkaRequest {
    package typealias Response = OutcomeResponse
    package static let api = APIKey.addRaftVoter
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    package var clusterID: String?
    /// How long the change may take, in milliseconds.
    package var timeoutMs: Int32 = 0
    package var voterID: BrokerID = -1
    /// Of the node's metadata log.
    package var voterDirectoryID = UUID.zero
    /// Where other voters reach it.
    package var listeners: [QuorumLeaderEndpoint] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&clusterID)
        try wire.int32(&timeoutMs)
        try wire.int32(&voterID)
        try wire.uuid(&voterDirectoryID)
        try wire.array(&listeners)
    }
}
