/// Asks for the state and the members of share groups (KIP-932). Version 0 was an early access of Kafka 4.0.
package struct ShareGroupDescribeRequest: KafkaRequest {
    package typealias Response = ShareGroupDescribeResponse
    package static let api = APIKey.shareGroupDescribe
    package static let versions: ClosedRange<Int16> = 1...1
    package static let flexibleSince: Int16 = 0

    package var groupIDs: [String] = []
    package var includeAuthorizedOperations = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&groupIDs)
        try wire.bool(&includeAuthorizedOperations)
    }
}

/// The groups; a group that does not exist or is of another type is answered GROUP_ID_NOT_FOUND.
package struct ShareGroupDescribeResponse: WireStruct {
    /// One member.
    package struct Member: WireStruct {
        package var memberID = ""
        package var rackID: String?
        package var memberEpoch: Int32 = 0
        package var clientID = ""
        package var clientHost = ""
        package var subscribedTopicNames: [String] = []
        /// What the member reads, perhaps beside others.
        package var assignment = ConsumerGroupDescribeResponse.Assignment()

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&memberID)
            try wire.string(&rackID)
            try wire.int32(&memberEpoch)
            try wire.string(&clientID)
            try wire.string(&clientHost)
            try wire.array(&subscribedTopicNames)
            try wire.structure(&assignment)
        }
    }

    /// One group.
    package struct Group: WireStruct {
        package var errorCode = ErrorCode.none
        package var errorMessage: String?
        package var groupID = ""
        package var groupState = ""
        package var groupEpoch: Int32 = 0
        package var assignmentEpoch: Int32 = 0
        package var assignorName = ""
        package var members: [Member] = []
        /// Bits of the operations that the client may do; the least number when it did not ask.
        package var authorizedOperations = Int32.min

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.error(&errorCode)
            try wire.string(&errorMessage)
            try wire.string(&groupID)
            try wire.string(&groupState)
            try wire.int32(&groupEpoch)
            try wire.int32(&assignmentEpoch)
            try wire.string(&assignorName)
            try wire.array(&members)
            try wire.int32(&authorizedOperations)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var groups: [Group] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&groups)
    }
}
