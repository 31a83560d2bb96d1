import NIOCore

/// Asks for state and members of classic groups.
package struct DescribeGroupsRequest: KafkaRequest {
    package typealias Response = DescribeGroupsResponse
    package static let api = APIKey.describeGroups
    package static let versions: ClosedRange<Int16> = 0...6
    package static let flexibleSince: Int16 = 5

    package var groups: [String] = []
    package var includeAuthorizedOperations = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&groups)
        try wire.bool(&includeAuthorizedOperations, since: 3)
    }
}

/// The groups. An unknown one is "Dead" without error before version 6, and GROUP_ID_NOT_FOUND since (KIP-1043).
package struct DescribeGroupsResponse: WireStruct {
    /// A member of a described group.
    package struct Member: WireStruct {
        package var memberID = ""
        package var groupInstanceID: String?
        package var clientID = ""
        /// With a leading slash, as Java prints addresses.
        package var clientHost = ""
        /// Only of a Stable group: what the member said for the chosen protocol.
        package var memberMetadata = ByteBuffer()
        /// Only of a Stable group.
        package var memberAssignment = ByteBuffer()

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&memberID)
            try wire.string(&groupInstanceID, since: 4)
            try wire.string(&clientID)
            try wire.string(&clientHost)
            try wire.bytes(&memberMetadata)
            try wire.bytes(&memberAssignment)
        }
    }

    /// One group.
    package struct Group: WireStruct {
        package var errorCode = ErrorCode.none
        package var errorMessage: String?
        package var groupID = ""
        package var groupState = ""
        package var protocolType = ""
        /// The chosen protocol; only of a Stable group.
        package var protocolData = ""
        package var members: [Member] = []
        /// Bits of ACL operations; the least Int32 when not asked for.
        package var authorizedOperations = Int32.min

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.error(&errorCode)
            try wire.string(&errorMessage, since: 6)
            try wire.string(&groupID)
            try wire.string(&groupState)
            try wire.string(&protocolType)
            try wire.string(&protocolData)
            try wire.array(&members)
            try wire.int32(&authorizedOperations, since: 3)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var groups: [Group] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs, since: 1)
        try wire.array(&groups)
    }
}
