import NIOCore

/// Brings the leader's assignments, or asks for one's own; answered when the leader's are stored.
package struct SyncGroupRequest: KafkaRequest {
    package typealias Response = SyncGroupResponse
    package static let api = APIKey.syncGroup
    package static let versions: ClosedRange<Int16> = 0...5
    package static let flexibleSince: Int16 = 4

    /// What the leader gives one member.
    package struct Assignment: WireStruct {
        package var memberID = ""
        package var assignment = ByteBuffer()

        package init() {}

        package init(memberID: String, assignment: ByteBuffer) {
            self.memberID = memberID
            self.assignment = assignment
        }

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&memberID)
            try wire.bytes(&assignment)
        }
    }

    package var groupID = ""
    package var generationID: Int32 = 0
    package var memberID = ""
    package var groupInstanceID: String?
    /// This and the next must equal the group's when given (KIP-559).
    package var protocolType: String?
    package var protocolName: String?
    /// Empty from followers.
    package var assignments: [Assignment] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&groupID)
        try wire.int32(&generationID)
        try wire.string(&memberID)
        try wire.string(&groupInstanceID, since: 3)
        try wire.string(&protocolType, since: 5)
        try wire.string(&protocolName, since: 5)
        try wire.array(&assignments)
    }
}

/// The member's own assignment; no bytes when the leader gave it none.
package struct SyncGroupResponse: WireStruct {
    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var protocolType: String?
    package var protocolName: String?
    package var assignment = ByteBuffer()

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs, since: 1)
        try wire.error(&errorCode)
        try wire.string(&protocolType, since: 5)
        try wire.string(&protocolName, since: 5)
        // librdkafka's mock cluster answers errors without any.
        try wire.lenientBytes(&assignment)
    }
}
