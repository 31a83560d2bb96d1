/// Moves partitions to other brokers, or cancels such moves (KIP-455).
package struct AlterPartitionReassignmentsRequest: KafkaRequest {
    package typealias Response = AlterPartitionReassignmentsResponse
    package static let api = APIKey.alterPartitionReassignments
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 0

    /// One partition and where it shall live.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        /// The wanted replicas, preferred leader first; null cancels the move under way.
        package var replicas: [Int32]?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.array(&replicas)
        }
    }

    /// Partitions of one topic.
    package typealias Topic = NamedTopic<Partition>

    package var timeoutMs: Int32 = 60000
    package var allowReplicationFactorChange = true
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&timeoutMs)
        try wire.bool(&allowReplicationFactorChange, since: 1)
        try wire.array(&topics)
    }
}

/// What became of each partition.
package struct AlterPartitionReassignmentsResponse: WireStruct {
    /// The outcome for one partition.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var errorCode = ErrorCode.none
        package var errorMessage: String?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.error(&errorCode)
            try wire.string(&errorMessage)
        }
    }

    /// The outcomes for one topic.
    package typealias Topic = NamedTopic<Partition>

    package var throttleTimeMs: Int32 = 0
    package var allowReplicationFactorChange = true
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var responses: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.bool(&allowReplicationFactorChange, since: 1)
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
        try wire.array(&responses)
    }
}
