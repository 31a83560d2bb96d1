/// Moves where a share group without members begins to read (KIP-932).
package struct AlterShareGroupOffsetsRequest: KafkaRequest {
    package typealias Response = AlterShareGroupOffsetsResponse
    package static let api = APIKey.alterShareGroupOffsets
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    /// One partition.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var startOffset: Int64 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.int64(&startOffset)
        }
    }

    package var groupID = ""
    package var topics: [NamedTopic<Partition>] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&groupID)
        try wire.array(&topics)
    }
}

/// Whether each start offset was moved; with an error of the whole group nothing was.
package struct AlterShareGroupOffsetsResponse: WireStruct {
    /// One partition.
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

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var responses: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
        try wire.array(&responses)
    }
}
