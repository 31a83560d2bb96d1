/// Asks how far groups have read; from version 8 on for several groups at once (KIP-709).
package struct OffsetFetchRequest: KafkaRequest {
    package typealias Response = OffsetFetchResponse
    package static let api = APIKey.offsetFetch
    package static let versions: ClosedRange<Int16> = 0...10
    package static let flexibleSince: Int16 = 6

    /// The partitions of one topic that are asked for.
    package struct Topic: WireStruct {
        package var name = ""
        package var topicID = UUID.zero
        package var partitionIndexes: [Int32] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name, until: 9)
            try wire.uuid(&topicID, since: 10)
            try wire.array(&partitionIndexes)
        }
    }

    /// One group that is asked for.
    package struct Group: WireStruct {
        package var groupID = ""
        package var memberID: String?
        package var memberEpoch: Int32 = -1
        /// Nil asks for everything the group has committed.
        package var topics: [Topic]?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&groupID)
            try wire.string(&memberID, since: 9)
            try wire.int32(&memberEpoch, since: 9)
            try wire.array(&topics)
        }
    }

    /// The group, up to version 7.
    package var groupID = ""
    /// Its topics, up to version 7; nil asks for everything (version 2 on).
    package var topics: [Topic]?
    /// The groups, from version 8 on.
    package var groups: [Group] = []
    /// Whether offsets of unfinished transactions are answered UNSTABLE_OFFSET_COMMIT (KIP-447).
    package var requireStable = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&groupID, until: 7)
        try wire.array(&topics, until: 7, nullable: 2)
        try wire.array(&groups, since: 8)
        try wire.bool(&requireStable, since: 7)
    }
}

/// The committed positions. A partition without one has offset −1 and no error.
package struct OffsetFetchResponse: WireStruct {
    /// One partition's position.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var committedOffset: Offset = -1
        package var committedLeaderEpoch: Epoch = -1
        package var metadata: String? = ""
        package var errorCode = ErrorCode.none

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.int64(&committedOffset)
            try wire.int32(&committedLeaderEpoch, since: 5)
            try wire.string(&metadata)
            try wire.error(&errorCode)
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

    /// One group's positions.
    package struct Group: WireStruct {
        package var groupID = ""
        package var topics: [Topic] = []
        package var errorCode = ErrorCode.none

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&groupID)
            try wire.array(&topics)
            try wire.error(&errorCode)
        }
    }

    package var throttleTimeMs: Int32 = 0
    /// Up to version 7.
    package var topics: [Topic] = []
    /// The group's error, versions 2 to 7.
    package var errorCode = ErrorCode.none
    /// From version 8 on.
    package var groups: [Group] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs, since: 3)
        try wire.array(&topics, until: 7)
        try wire.error(&errorCode, since: 2, until: 7)
        try wire.array(&groups, since: 8)
    }
}
