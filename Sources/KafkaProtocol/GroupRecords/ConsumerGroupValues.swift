import NIOCore

/// A topic as a group epoch saw it.
package struct ConsumerGroupTopic: WireStruct {
    /// The racks of one partition; no longer used since Kafka 4.0.
    package struct PartitionRacks: WireStruct {
        package var partition: Int32 = 0
        package var racks: [String] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partition)
            try wire.array(&racks)
        }
    }

    package var topicID = UUID.zero
    package var topicName = ""
    package var numPartitions: Int32 = 0
    package var partitionMetadata: [PartitionRacks] = []

    package init() {}

    package init(topicID: UUID, topicName: String, numPartitions: Int32) {
        self.topicID = topicID
        self.topicName = topicName
        self.numPartitions = numPartitions
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.uuid(&topicID)
        try wire.string(&topicName)
        try wire.int32(&numPartitions)
        try wire.array(&partitionMetadata)
    }
}

/// A member of a consumer group and what it asked for.
package struct ConsumerGroupMemberValue: WireStruct {
    /// What is kept of a member that speaks the classic protocol.
    package struct ClassicMetadata: WireStruct {
        package var sessionTimeoutMs: Int32 = 0
        package var supportedProtocols: [JoinGroupRequest.GroupProtocol] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&sessionTimeoutMs)
            try wire.array(&supportedProtocols)
        }
    }

    package var instanceID: String?
    package var rackID: String?
    package var clientID = ""
    package var clientHost = ""
    package var subscribedTopicNames: [String] = []
    package var subscribedTopicRegex: String?
    package var rebalanceTimeoutMs: Int32 = -1
    package var serverAssignor: String?
    /// Null for a member of the new protocol.
    package var classicMemberMetadata: ClassicMetadata?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&instanceID)
        try wire.string(&rackID)
        try wire.string(&clientID)
        try wire.string(&clientHost)
        try wire.array(&subscribedTopicNames)
        try wire.string(&subscribedTopicRegex)
        try wire.int32(&rebalanceTimeoutMs)
        try wire.string(&serverAssignor)
        try wire.tagged(0, &classicMemberMetadata, default: nil) { try $0.structure(&$1) }
    }
}

/// What a member has, and how far it is on its way to what it shall have.
package struct ConsumerGroupCurrentValue: WireStruct {
    package var memberEpoch: Int32 = 0
    package var previousMemberEpoch: Int32 = 0
    /// 0 stable, 1 unrevoked partitions, 2 unreleased partitions.
    package var state: Int8 = 0
    package var assignedPartitions: [TopicIDPartitions] = []
    package var partitionsPendingRevocation: [TopicIDPartitions] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&memberEpoch)
        try wire.int32(&previousMemberEpoch)
        try wire.int8(&state)
        try wire.array(&assignedPartitions)
        try wire.array(&partitionsPendingRevocation)
    }
}

/// The topics that a regular expression stands for.
package struct ConsumerGroupRegexValue: WireStruct {
    package var topics: [String] = []
    /// The offset of the metadata that it was held against.
    package var version: Int64 = 0
    /// When, in milliseconds since 1970.
    package var timestamp: Timestamp = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&topics)
        try wire.int64(&version)
        try wire.int64(&timestamp)
    }
}
