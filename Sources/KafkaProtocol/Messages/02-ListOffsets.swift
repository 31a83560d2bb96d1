/// Finds the offset for a timestamp, or for the special ones below.
package struct ListOffsetsRequest: KafkaRequest {
    package typealias Response = ListOffsetsResponse
    package static let api = APIKey.listOffsets
    package static let versions: ClosedRange<Int16> = 0...11
    package static let flexibleSince: Int16 = 6

    /// The end: the high watermark, or the last stable offset for read-committed consumers.
    package static let latest: Timestamp = -1
    /// The log start offset.
    package static let earliest: Timestamp = -2
    /// The offset of the largest timestamp (version 7, KIP-734).
    package static let maxTimestamp: Timestamp = -3
    /// The start of what is kept on the broker itself (version 8, KIP-405).
    package static let earliestLocal: Timestamp = -4
    /// The end of what was moved to remote storage (version 9, KIP-1005).
    package static let latestTiered: Timestamp = -5
    /// The first offset that is not yet in remote storage (version 11, KIP-1023).
    package static let earliestPendingUpload: Timestamp = -6

    /// What is asked of one partition.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var currentLeaderEpoch: Int32 = -1
        package var timestamp: Timestamp = 0
        /// Version 0 only: how many segment starts to name.
        package var maxNumOffsets: Int32 = 1

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.int32(&currentLeaderEpoch, since: 4)
            try wire.int64(&timestamp)
            try wire.int32(&maxNumOffsets, until: 0)
        }
    }

    /// Partitions of one topic.
    package typealias Topic = NamedTopic<Partition>

    /// −1: a consumer; −2: a debugging consumer, which may ask any replica.
    package var replicaID: Int32 = -1
    /// 0: read uncommitted; 1: read committed.
    package var isolationLevel: Int8 = 0
    package var topics: [Topic] = []
    package var timeoutMs: Int32 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&replicaID)
        try wire.int8(&isolationLevel, since: 2)
        try wire.array(&topics)
        try wire.int32(&timeoutMs, since: 10)
    }
}

/// The offsets found.
package struct ListOffsetsResponse: WireStruct {
    /// The answer for one partition; offset −1 when no record is that late.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var errorCode = ErrorCode.none
        /// Version 0 only.
        package var oldStyleOffsets: [Int64] = []
        package var timestamp: Timestamp = -1
        package var offset: Int64 = -1
        package var leaderEpoch: Int32 = -1

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.error(&errorCode)
            try wire.array(&oldStyleOffsets, until: 0)
            try wire.int64(&timestamp, since: 1)
            try wire.int64(&offset, since: 1)
            try wire.int32(&leaderEpoch, since: 4)
        }
    }

    /// The answers for one topic.
    package typealias Topic = NamedTopic<Partition>

    package var throttleTimeMs: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs, since: 2)
        try wire.array(&topics)
    }
}
