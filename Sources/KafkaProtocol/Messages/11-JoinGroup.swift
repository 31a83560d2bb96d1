import NIOCore

/// Asks to become or to stay a member of a classic group; answered when the rebalance completes.
package struct JoinGroupRequest: KafkaRequest {
    package typealias Response = JoinGroupResponse
    package static let api = APIKey.joinGroup
    package static let versions: ClosedRange<Int16> = 0...9
    package static let flexibleSince: Int16 = 6

    /// An assignment strategy and what the member tells the leader for it.
    package struct GroupProtocol: WireStruct {
        package var name = ""
        /// For protocol type "consumer" a subscription; opaque to the broker otherwise.
        package var metadata = ByteBuffer()

        package init() {}

        package init(name: String, metadata: ByteBuffer) {
            self.name = name
            self.metadata = metadata
        }

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
            try wire.bytes(&metadata)
        }
    }

    package var groupID = ""
    package var sessionTimeoutMs: Int32 = 0
    /// −1 in version 0, where the session timeout takes its place.
    package var rebalanceTimeoutMs: Int32 = -1
    package var memberID = ""
    package var groupInstanceID: String?
    package var protocolType = ""
    /// In the order of the member's preference.
    package var protocols: [GroupProtocol] = []
    package var reason: String?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&groupID)
        try wire.int32(&sessionTimeoutMs)
        try wire.int32(&rebalanceTimeoutMs, since: 1)
        try wire.string(&memberID)
        try wire.string(&groupInstanceID, since: 5)
        try wire.string(&protocolType)
        try wire.array(&protocols)
        try wire.string(&reason, since: 8)
    }
}

/// The new generation; only the leader learns the members.
package struct JoinGroupResponse: WireStruct {
    /// A member, as the leader needs it for assigning.
    package struct Member: WireStruct {
        package var memberID = ""
        package var groupInstanceID: String?
        package var metadata = ByteBuffer()

        package init() {}

        package init(memberID: String, groupInstanceID: String?, metadata: ByteBuffer) {
            self.memberID = memberID
            self.groupInstanceID = groupInstanceID
            self.metadata = metadata
        }

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&memberID)
            try wire.string(&groupInstanceID, since: 5)
            try wire.bytes(&metadata)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var generationID: Int32 = -1
    package var protocolType: String?
    /// The chosen strategy; null is legal from version 7 on and "" before.
    package var protocolName: String?
    package var leader = ""
    /// The leader shall not assign anew: a static leader that came back (KIP-814).
    package var skipAssignment = false
    package var memberID = ""
    package var members: [Member] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs, since: 2)
        try wire.error(&errorCode)
        try wire.int32(&generationID)
        try wire.string(&protocolType, since: 7)
        try wire.string(&protocolName, nullable: 7)
        try wire.string(&leader)
        try wire.bool(&skipAssignment, since: 9)
        try wire.string(&memberID)
        try wire.array(&members)
    }
}
