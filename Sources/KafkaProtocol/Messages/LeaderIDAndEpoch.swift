/// Who leads a partition now: what produce and fetch answers carry with NOT_LEADER_OR_FOLLOWER, so that a client need not
/// ask for metadata first (KIP-951), and answers of the metadata quorum.
package struct LeaderIDAndEpoch: WireStruct {
    /// −1 when unknown.
    package var leaderID: Int32 = -1
    package var leaderEpoch: Int32 = -1

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&leaderID)
        try wire.int32(&leaderEpoch)
    }
}

/// Where a broker named in a `LeaderIDAndEpoch` listens.
package struct NodeEndpoint: WireStruct {
    package var nodeID: Int32 = 0
    package var host = ""
    package var port: Int32 = 0
    package var rack: String?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&nodeID)
        try wire.string(&host)
        try wire.int32(&port)
        try wire.string(&rack)
    }
}
