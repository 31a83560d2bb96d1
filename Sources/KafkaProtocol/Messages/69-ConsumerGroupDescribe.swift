/// Asks for the state and the members of consumer groups of the new protocol (KIP-848).
package struct ConsumerGroupDescribeRequest: GroupDescribeRequest {
    package typealias Response = ConsumerGroupDescribeResponse
    package typealias Plan = String
    package static let api = APIKey.consumerGroupDescribe
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 0

    package var groupIDs: [String] = []
    package var includeAuthorizedOperations = false

    package init() {}

    /// One member.
    package struct Member: DescribedMember {
        package var memberID = ""
        package var instanceID: String?
        package var rackID: String?
        package var memberEpoch: Int32 = 0
        package var clientID = ""
        package var clientHost = ""
        package var subscribedTopicNames: [String] = []
        package var subscribedTopicRegex: String?
        /// What the member has.
        package var assignment = DescribedAssignment()
        /// What it will have when the group has settled.
        package var targetAssignment = DescribedAssignment()
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
}

/// Consumer groups, each with the name of its assignor.
package typealias ConsumerGroupDescribeResponse = DescribedGroups<String, ConsumerGroupDescribeRequest.Member>

/// Partitions of a member of a consumer or share group.
package struct DescribedAssignment: WireStruct {
    /// Partitions of one topic.
    package struct Topic: WireStruct {
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

    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws { try wire.array(&topics) }
}
