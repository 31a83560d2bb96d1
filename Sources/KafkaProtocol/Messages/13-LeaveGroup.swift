/// Takes members out of a classic group; from version 3 on several at once (KIP-345).
package struct LeaveGroupRequest: KafkaRequest {
    package typealias Response = LeaveGroupResponse
    package static let api = APIKey.leaveGroup
    package static let versions: ClosedRange<Int16> = 0...5
    package static let flexibleSince: Int16 = 4

    /// Who leaves: by member id, or a static member by its instance id alone.
    package struct MemberIdentity: WireStruct {
        package var memberID = ""
        package var groupInstanceID: String?
        package var reason: String?

        package init() {}

        package init(memberID: String, groupInstanceID: String? = nil, reason: String? = nil) {
            self.memberID = memberID
            self.groupInstanceID = groupInstanceID
            self.reason = reason
        }

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&memberID)
            try wire.string(&groupInstanceID)
            try wire.string(&reason, since: 5)
        }
    }

    package var groupID = ""
    /// Up to version 2.
    package var memberID = ""
    /// From version 3 on.
    package var members: [MemberIdentity] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&groupID)
        try wire.string(&memberID, until: 2)
        try wire.array(&members, since: 3)
    }
}

/// Whether each member was taken out.
package struct LeaveGroupResponse: WireStruct {
    /// The outcome of one member.
    package struct MemberResponse: WireStruct {
        package var memberID = ""
        package var groupInstanceID: String?
        package var errorCode = ErrorCode.none

        package init() {}

        package init(memberID: String, groupInstanceID: String?, errorCode: ErrorCode) {
            self.memberID = memberID
            self.groupInstanceID = groupInstanceID
            self.errorCode = errorCode
        }

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&memberID)
            try wire.string(&groupInstanceID)
            try wire.error(&errorCode)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var members: [MemberResponse] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs, since: 1)
        try wire.error(&errorCode)
        try wire.array(&members, since: 3)
    }
}
