/// Asks for the state and the members of share groups (KIP-932). Version 0 was an early access of Kafka 4.0.
package struct ShareGroupDescribeRequest: GroupDescribeRequest {
    package typealias Response = ShareGroupDescribeResponse
    package typealias Plan = String
    package static let api = APIKey.shareGroupDescribe
    package static let versions: ClosedRange<Int16> = 1...1
    package static let flexibleSince: Int16 = 0

    package var groupIDs: [String] = []
    package var includeAuthorizedOperations = false

    package init() {}

    /// One member.
    package struct Member: DescribedMember {
        package var memberID = ""
        package var rackID: String?
        package var memberEpoch: Int32 = 0
        package var clientID = ""
        package var clientHost = ""
        package var subscribedTopicNames: [String] = []
        /// What the member reads, perhaps beside others.
        package var assignment = DescribedAssignment()

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
}

/// Share groups, each with the name of its assignor.
package typealias ShareGroupDescribeResponse = DescribedGroups<String, ShareGroupDescribeRequest.Member>
