import NIOCore

/// The value of a classic group's record in `__consumer_offsets`, versions 0 to 4.
package struct GroupMetadataValue: WireStruct {
    /// A member with what it was assigned.
    package struct Member: WireStruct {
        package var memberID = ""
        package var groupInstanceID: String?
        package var clientID = ""
        package var clientHost = ""
        /// −1 in version 0, where the session timeout takes its place.
        package var rebalanceTimeoutMs: Int32 = -1
        package var sessionTimeoutMs: Int32 = 0
        package var subscription = ByteBuffer()
        package var assignment = ByteBuffer()

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&memberID)
            try wire.string(&groupInstanceID, since: 3)
            try wire.string(&clientID)
            try wire.string(&clientHost)
            try wire.int32(&rebalanceTimeoutMs, since: 1)
            try wire.int32(&sessionTimeoutMs)
            try wire.bytes(&subscription)
            try wire.bytes(&assignment)
        }
    }

    package static let newestVersion: Int16 = 4
    /// What Kafka writes, so that a downgrade can read it.
    package static let writtenVersion: Int16 = 3

    package var protocolType = ""
    package var generation: Int32 = 0
    package var protocolName: String?
    package var leader: String?
    /// When the group reached its state; the retention of an empty group counts from here. −1 is unknown.
    package var currentStateTimestamp: Timestamp = -1
    package var members: [Member] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&protocolType)
        try wire.int32(&generation)
        try wire.string(&protocolName)
        try wire.string(&leader)
        try wire.int64(&currentStateTimestamp, since: 2)
        try wire.array(&members)
    }
}
