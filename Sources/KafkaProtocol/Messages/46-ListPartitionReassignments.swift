/// Asks which partitions are being moved (KIP-455).
package struct ListPartitionReassignmentsRequest: KafkaRequest {
    package typealias Response = ListPartitionReassignmentsResponse
    package static let api = APIKey.listPartitionReassignments
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    package var timeoutMs: Int32 = 60000
    /// Null for all partitions.
    package var topics: [NamedPartitions]?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&timeoutMs)
        try wire.array(&topics)
    }
}

/// The moves under way.
package struct ListPartitionReassignmentsResponse: WireStruct {
    /// One move: all replicas, and which of them come and go.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var replicas: [Int32] = []
        package var addingReplicas: [Int32] = []
        package var removingReplicas: [Int32] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.array(&replicas)
            try wire.array(&addingReplicas)
            try wire.array(&removingReplicas)
        }
    }

    /// Moving partitions of one topic.
    package typealias Topic = NamedTopic<Partition>

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
        try wire.array(&topics)
    }
}
