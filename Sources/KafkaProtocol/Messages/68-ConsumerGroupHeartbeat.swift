/// Joins a consumer group of the new protocol, keeps a member of it alive, and leaves it (KIP-848). What did not change
/// since the member's last heartbeat is null, or −1.
package struct ConsumerGroupHeartbeatRequest: KafkaRequest {
    package typealias Response = ConsumerGroupHeartbeatResponse
    package static let api = APIKey.consumerGroupHeartbeat
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 0

    package var groupID = ""
    package var memberID = ""
    /// The member's epoch; 0 joins, −1 leaves, −2 leaves for a while as a static member.
    package var memberEpoch: Int32 = 0
    package var instanceID: String?
    package var rackID: String?
    /// How long the member may take to give partitions up, in milliseconds.
    package var rebalanceTimeoutMs: Int32 = -1
    package var subscribedTopicNames: [String]?
    package var subscribedTopicRegex: String?
    package var serverAssignor: String?
    /// What the member owns.
    package var topicPartitions: [TopicIDPartitions]?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&groupID)
        try wire.string(&memberID)
        try wire.int32(&memberEpoch)
        try wire.string(&instanceID)
        try wire.string(&rackID)
        try wire.int32(&rebalanceTimeoutMs)
        try wire.array(&subscribedTopicNames)
        try wire.string(&subscribedTopicRegex, since: 1)
        try wire.string(&serverAssignor)
        try wire.array(&topicPartitions)
    }
}

/// The member's epoch and, when they changed, the partitions that it may use.
package struct ConsumerGroupHeartbeatResponse: WireStruct {
    /// Partitions that the member may use at once.
    package struct Assignment: WireStruct {
        package var topicPartitions: [TopicIDPartitions] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws { try wire.array(&topicPartitions) }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var memberID: String?
    package var memberEpoch: Int32 = 0
    package var heartbeatIntervalMs: Int32 = 0
    /// Null when it did not change.
    package var assignment: Assignment?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
        try wire.string(&memberID)
        try wire.int32(&memberEpoch)
        try wire.int32(&heartbeatIntervalMs)
        try wire.structure(&assignment)
    }
}
