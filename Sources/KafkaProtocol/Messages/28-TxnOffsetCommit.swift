/// Stores positions of a group as a part of a transaction (KIP-98): they count from its COMMIT on.
package struct TxnOffsetCommitRequest: KafkaRequest {
    package typealias Response = TxnOffsetCommitResponse
    package static let api = APIKey.txnOffsetCommit
    package static let versions: ClosedRange<Int16> = 0...4
    package static let flexibleSince: Int16 = 3

    /// The position in one partition.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var committedOffset: Offset = 0
        package var committedLeaderEpoch: Epoch = -1
        package var committedMetadata: String?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.int64(&committedOffset)
            try wire.int32(&committedLeaderEpoch, since: 2)
            try wire.string(&committedMetadata)
        }
    }

    /// The partitions of one topic.
    package typealias Topic = NamedTopic<Partition>

    package var transactionalID = ""
    package var groupID = ""
    package var producerID: Int64 = 0
    package var producerEpoch: Int16 = 0
    /// This and the next two: from version 3 on, by which a member that was replaced is fenced (KIP-447).
    package var generationID: Int32 = -1
    package var memberID = ""
    package var groupInstanceID: String?
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&transactionalID)
        try wire.string(&groupID)
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        try wire.int32(&generationID, since: 3)
        try wire.string(&memberID, since: 3)
        try wire.string(&groupInstanceID, since: 3)
        try wire.array(&topics)
    }
}

/// Whether each position is stored.
package struct TxnOffsetCommitResponse: WireStruct {
    /// The partitions of one topic.
    package typealias Topic = NamedTopic<PartitionOutcome>

    package var throttleTimeMs: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&topics)
    }
}
