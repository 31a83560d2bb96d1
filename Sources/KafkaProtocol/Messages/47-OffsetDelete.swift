/// Forgets positions of a group (KIP-496).
package struct OffsetDeleteRequest: KafkaRequest {
    package typealias Response = OffsetDeleteResponse
    package static let api = APIKey.offsetDelete
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = .max

    /// One partition.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0

        package init() {}

        package init(partitionIndex: Int32) { self.partitionIndex = partitionIndex }

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
        }
    }

    /// The partitions of one topic.
    package typealias Topic = NamedTopic<Partition>

    package var groupID = ""
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&groupID)
        try wire.array(&topics)
    }
}

/// Whether each position was forgotten.
package struct OffsetDeleteResponse: WireStruct {
    /// The partitions of one topic.
    package typealias Topic = NamedTopic<PartitionOutcome>

    package var errorCode = ErrorCode.none
    package var throttleTimeMs: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.error(&errorCode)
        try wire.int32(&throttleTimeMs)
        try wire.array(&topics)
    }
}
