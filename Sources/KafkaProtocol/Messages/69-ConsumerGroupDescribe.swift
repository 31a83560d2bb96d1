/// Asks for the state and the members of consumer groups of the new protocol (KIP-848).
package struct ConsumerGroupDescribeRequest: KafkaRequest {
    package typealias Response = ConsumerGroupDescribeResponse
    package static let api = APIKey.consumerGroupDescribe
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 0

    package var groupIDs: [String] = []
    package var includeAuthorizedOperations = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&groupIDs)
        try wire.bool(&includeAuthorizedOperations)
    }
}

/// The groups; a group that does not exist or speaks the classic protocol is answered GROUP_ID_NOT_FOUND.
package struct ConsumerGroupDescribeResponse: WireStruct {
    /// Partitions of one topic.
    package struct TopicPartitions: WireStruct {
        package var topicID = UUID.zero
        package var topicName = ""
        package var partitions: [Int32] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.uuid(&topicID)
            try wire.string(&topicName)
            try wire.array(&partitions)
        }
    }

    /// Partitions of a member.
    package struct Assignment: WireStruct {
        package var topicPartitions: [TopicPartitions] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws { try wire.array(&topicPartitions) }
    }

    /// One member.
    package struct Member: WireStruct {
        package var memberID = ""
        package var instanceID: String?
        package var rackID: String?
        package var memberEpoch: Int32 = 0
        package var clientID = ""
        package var clientHost = ""
        package var subscribedTopicNames: [String] = []
        package var subscribedTopicRegex: String?
        /// What the member has.
        package var assignment = Assignment()
        /// What it will have when the group has settled.
        package var targetAssignment = Assignment()
        /// −1 unknown, 0 a member that speaks the classic protocol, 1 the new one.
        package var memberType: Int8 = -1

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&memberID)
            try wire.string(&instanceID)
            try wire.string(&rackID)
            try wire.int32(&memberEpoch)
            try wire.string(&clientID)
            try wire.string(&clientHost)
            try wire.array(&subscribedTopicNames)
            try wire.string(&subscribedTopicRegex)
            try wire.structure(&assignment)
            try wire.structure(&targetAssignment)
            try wire.int8(&memberType, since: 1)
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
