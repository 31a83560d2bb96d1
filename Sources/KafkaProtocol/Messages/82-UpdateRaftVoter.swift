/// A voter tells its leader where it listens now and which values of kraft.version it supports (KIP-853).
package struct UpdateRaftVoterRequest: KafkaRequest {
    package typealias Response = UpdateRaftVoterResponse
    package static let api = APIKey.updateRaftVoter
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    package var clusterID: String?
    package var currentLeaderEpoch: Epoch = 0
    package var voterID: BrokerID = -1
    /// Of the voter's metadata log.
    package var voterDirectoryID = UUID.zero
    /// Where other voters reach it.
    package var listeners: [QuorumLeaderEndpoint] = []
    package var supportedVersions = KRaftVersionRange()

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&clusterID)
        try wire.int32(&currentLeaderEpoch)
        try wire.int32(&voterID)
        try wire.uuid(&voterDirectoryID)
        try wire.array(&listeners)
        try wire.structure(&supportedVersions)
    }
}

/// Whether the voter's entry is up to date now.
package struct UpdateRaftVoterResponse: WireStruct {
    /// The leader that the answering node knows.
    package struct CurrentLeader: WireStruct {
        package var leaderID: BrokerID = -1
        package var leaderEpoch: Epoch = -1
        package var host = ""
        package var port: Int32 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch)
            try wire.string(&host)
            try wire.int32(&port)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var currentLeader = CurrentLeader()

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.tagged(0, &currentLeader, default: CurrentLeader()) { try $0.structure(&$1) }
    }
}
