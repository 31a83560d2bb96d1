/// Asks where share groups begin to read (KIP-932).
package struct DescribeShareGroupOffsetsRequest: KafkaRequest {
    package typealias Response = DescribeShareGroupOffsetsResponse
    package static let api = APIKey.describeShareGroupOffsets
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 0

    /// One group.
    package struct Group: WireStruct {
        package var groupID = ""
        /// Null asks for all topics.
        package var topics: [NamedPartitions]?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&groupID)
            try wire.array(&topics)
        }
    }

    package var groups: [Group] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws { try wire.array(&groups) }
}

/// The start offsets of groups; a group that does not exist or is no share group is answered GROUP_ID_NOT_FOUND.
package struct DescribeShareGroupOffsetsResponse: WireStruct {
    /// One partition.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        /// The first offset that is not done with (SPSO); −1 while there is none.
        package var startOffset: Int64 = 0
        package var leaderEpoch: Int32 = 0
        /// Records that are not done with; −1 when the broker does not know.
        package var lag: Int64 = -1
        package var errorCode = ErrorCode.none
        package var errorMessage: String?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.int64(&startOffset)
            try wire.int32(&leaderEpoch)
            try wire.int64(&lag, since: 1)
            try wire.error(&errorCode)
            try wire.string(&errorMessage)
        }
    }

    /// One topic.
    package struct Topic: WireStruct {
        package var topicName = ""
        package var topicID = TopicID.zero
        package var partitions: [Partition] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&topicName)
            try wire.uuid(&topicID)
            try wire.array(&partitions)
        }
    }

    /// One group.
    package struct Group: WireStruct {
        package var groupID = ""
        package var topics: [Topic] = []
        package var errorCode = ErrorCode.none
        package var errorMessage: String?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&groupID)
            try wire.array(&topics)
            try wire.error(&errorCode)
            try wire.string(&errorMessage)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var groups: [Group] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&groups)
    }
}
