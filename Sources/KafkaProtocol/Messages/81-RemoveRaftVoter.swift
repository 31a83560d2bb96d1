/// Asks the leader of the metadata quorum to take a voter's vote away (KIP-853); it goes on as an observer.
package struct RemoveRaftVoterRequest: KafkaRequest {
    package typealias Response = OutcomeResponse
    package static let api = APIKey.removeRaftVoter
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    package var clusterID: String?
    package var voterID: BrokerID = -1
    /// Of the voter's metadata log.
    package var voterDirectoryID = UUID.zero

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&clusterID)
        try wire.int32(&voterID)
        try wire.uuid(&voterDirectoryID)
    }
}
