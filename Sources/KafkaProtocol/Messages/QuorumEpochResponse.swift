/// The leader and epoch that a voter knows now: the answer to BeginQuorumEpoch and EndQuorumEpoch (KIP-595).
package typealias QuorumEpochResponse = VoterResponse<VoterKnows>

/// What a voter of the metadata quorum answers to one that leads, led or wants to lead it.
package struct VoterResponse<Partition: VoterAnswer>: WireStruct {
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

/// One partition's answer.
package protocol VoterAnswer: WireStruct {
    var known: VoterKnows { get set }
}

/// The leader that a voter knows, and its epoch.
package struct VoterKnows: VoterAnswer {
    package var partitionIndex: Int32 = 0
    package var errorCode = ErrorCode.none
    package var leaderID: BrokerID = -1
    package var leaderEpoch: Epoch = 0

    package init() {}

    package var known: VoterKnows {
        get { self }
        set { self = newValue }
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&partitionIndex)
        try wire.error(&errorCode)
        try wire.int32(&leaderID)
        try wire.int32(&leaderEpoch)
    }
}
