/// Stores how far a group has read (KIP-211, KIP-320, KIP-345, KIP-848).
package struct OffsetCommitRequest: KafkaRequest {
    package typealias Response = OffsetCommitResponse
    package static let api = APIKey.offsetCommit
    package static let versions: ClosedRange<Int16> = 0...10
    package static let flexibleSince: Int16 = 8

    /// One partition's new position.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var committedOffset: Offset = 0
        package var committedLeaderEpoch: Epoch = -1
        /// Milliseconds since 1970; −1 leaves the time to the broker. Only version 1 has it.
        package var commitTimestamp: Timestamp = -1
        package var committedMetadata: String?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.int64(&committedOffset)
            try wire.int32(&committedLeaderEpoch, since: 6)
            try wire.int64(&commitTimestamp, since: 1, until: 1)
            try wire.string(&committedMetadata)
        }
    }

    /// The partitions of one topic.
    package struct Topic: WireStruct {
        package var name = ""
        package var topicID = UUID.zero
        package var partitions: [Partition] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name, until: 9)
            try wire.uuid(&topicID, since: 10)
            try wire.array(&partitions)
        }
    }

    package var groupID = ""
    package var generationIDOrMemberEpoch: Int32 = -1
    package var memberID = ""
    package var groupInstanceID: String?
    /// How long the offsets shall live, in milliseconds; −1 leaves it to the broker. Gone since version 5 (KIP-211).
    package var retentionTimeMs: Int64 = -1
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&groupID)
        try wire.int32(&generationIDOrMemberEpoch, since: 1)
        try wire.string(&memberID, since: 1)
        try wire.string(&groupInstanceID, since: 7)
        try wire.int64(&retentionTimeMs, since: 2, until: 4)
        try wire.array(&topics)
    }
}

/// Whether each partition's position was stored.
package struct OffsetCommitResponse: WireStruct {
    /// The partitions of one topic.
    package struct Topic: WireStruct {
        package var name = ""
        package var topicID = UUID.zero
        package var partitions: [PartitionOutcome] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name, until: 9)
            try wire.uuid(&topicID, since: 10)
            try wire.array(&partitions)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs, since: 3)
        try wire.array(&topics)
    }
}
