/// Asks for the groups that this broker coordinates.
package struct ListGroupsRequest: KafkaRequest {
    package typealias Response = ListGroupsResponse
    package static let api = APIKey.listGroups
    package static let versions: ClosedRange<Int16> = 0...5
    package static let flexibleSince: Int16 = 3

    /// Names of states, in any case; empty means all (KIP-518).
    package var statesFilter: [String] = []
    /// Names of types, in any case; empty means all (KIP-848).
    package var typesFilter: [String] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&statesFilter, since: 4)
        try wire.array(&typesFilter, since: 5)
    }
}

/// The groups of one broker.
package struct ListGroupsResponse: WireStruct {
    /// One group.
    package struct Group: WireStruct {
        package var groupID = ""
        /// "consumer", "connect", …; "" when the group only stores offsets.
        package var protocolType = ""
        package var groupState = ""
        /// `classic`, `consumer` or `share`.
        package var groupType = ""

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&groupID)
            try wire.string(&protocolType)
            try wire.string(&groupState, since: 4)
            try wire.string(&groupType, since: 5)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var groups: [Group] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs, since: 1)
        try wire.error(&errorCode)
        try wire.array(&groups)
    }
}
