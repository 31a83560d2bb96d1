/// The leader and epoch the voter knows now: the answer to BeginQuorumEpoch and EndQuorumEpoch (KIP-595).
package struct QuorumEpochResponse: WireStruct {
    /// One partition's answer.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var errorCode = ErrorCode.none
        package var leaderID: BrokerID = -1
        package var leaderEpoch: Epoch = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.error(&errorCode)
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch)
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
