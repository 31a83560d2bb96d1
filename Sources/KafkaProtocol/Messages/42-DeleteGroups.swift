/// Deletes groups without members, with their offsets.
package struct DeleteGroupsRequest: KafkaRequest {
    package typealias Response = DeleteGroupsResponse
    package static let api = APIKey.deleteGroups
    package static let versions: ClosedRange<Int16> = 0...2
    package static let flexibleSince: Int16 = 2

    package var groupsNames: [String] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&groupsNames)
    }
}

/// Whether each group was deleted.
package struct DeleteGroupsResponse: WireStruct {
    /// The outcome of one group.
    package struct Result: WireStruct {
        package var groupID = ""
        package var errorCode = ErrorCode.none

        package init() {}

        package init(groupID: String, errorCode: ErrorCode) {
            self.groupID = groupID
            self.errorCode = errorCode
        }

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&groupID)
            try wire.error(&errorCode)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var results: [Result] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&results)
    }
}
