/// Asks for topics page by page, with eligible leader replicas (KIP-966).
package struct DescribeTopicPartitionsRequest: KafkaRequest {
    package typealias Response = DescribeTopicPartitionsResponse
    package static let api = APIKey.describeTopicPartitions
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    /// A topic by name.
    package struct Topic: WireStruct {
        package var name = ""

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
        }
    }

    /// None asks for all topics.
    package var topics: [Topic] = []
    package var responsePartitionLimit: Int32 = 2000
    /// Where the page begins; null is the beginning.
    package var cursor: TopicPartitionCursor?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&topics)
        try wire.int32(&responsePartitionLimit)
        try wire.structure(&cursor)
    }
}

/// The first partition of a page of DescribeTopicPartitions.
package struct TopicPartitionCursor: WireStruct {
    package var topicName = ""
    package var partitionIndex: Int32 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&topicName)
        try wire.int32(&partitionIndex)
    }
}

/// One page of topics.
package struct DescribeTopicPartitionsResponse: WireStruct {
    /// One topic.
    package struct Topic: WireStruct {
        package var errorCode = ErrorCode.none
        package var name: String? = ""
        package var topicID = TopicID.zero
        package var isInternal = false
        package var partitions: [Partition] = []
        package var topicAuthorizedOperations = Int32.min

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.error(&errorCode)
            try wire.string(&name)
            try wire.uuid(&topicID)
            try wire.bool(&isInternal)
            try wire.array(&partitions)
            try wire.int32(&topicAuthorizedOperations)
        }
    }

    /// One partition and its replicas.
    package struct Partition: WireStruct {
        package var errorCode = ErrorCode.none
        package var partitionIndex: Int32 = 0
        package var leaderID: Int32 = 0
        package var leaderEpoch: Int32 = -1
        package var replicaNodes: [Int32] = []
        package var isrNodes: [Int32] = []
        package var eligibleLeaderReplicas: [Int32]?
        package var lastKnownElr: [Int32]?
        package var offlineReplicas: [Int32] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.error(&errorCode)
            try wire.int32(&partitionIndex)
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch)
            try wire.array(&replicaNodes)
            try wire.array(&isrNodes)
            try wire.array(&eligibleLeaderReplicas)
            try wire.array(&lastKnownElr)
            try wire.array(&offlineReplicas)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var topics: [Topic] = []
    package var nextCursor: TopicPartitionCursor?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&topics)
        try wire.structure(&nextCursor)
    }
}
