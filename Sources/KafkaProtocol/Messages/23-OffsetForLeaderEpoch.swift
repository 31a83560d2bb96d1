/// Asks where a leader epoch ended, to find out how far two logs agree (KIP-101, KIP-320).
package struct OffsetForLeaderEpochRequest: KafkaRequest {
    package typealias Response = OffsetForLeaderEpochResponse
    package static let api = APIKey.offsetForLeaderEpoch
    package static let versions: ClosedRange<Int16> = 0...4
    package static let flexibleSince: Int16 = 4

    /// One partition and the epoch in question.
    package struct Partition: WireStruct {
        package var partition: Int32 = 0
        package var currentLeaderEpoch: Int32 = -1
        package var leaderEpoch: Int32 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partition)
            try wire.int32(&currentLeaderEpoch, since: 2)
            try wire.int32(&leaderEpoch)
        }
    }

    /// Partitions of one topic.
    package typealias Topic = NamedTopic<Partition>

    /// −1: a consumer; −2: a debugging consumer, or not said.
    package var replicaID: Int32 = -2
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&replicaID, since: 3)
        try wire.array(&topics)
    }
}

/// Where the epochs ended.
package struct OffsetForLeaderEpochResponse: WireStruct {
    /// The largest epoch not above the one asked for, and its end; −1 when there is none.
    package struct Partition: WireStruct {
        package var errorCode = ErrorCode.none
        package var partition: Int32 = 0
        package var leaderEpoch: Int32 = -1
        package var endOffset: Int64 = -1

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.error(&errorCode)
            try wire.int32(&partition)
            try wire.int32(&leaderEpoch, since: 1)
            try wire.int64(&endOffset)
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
