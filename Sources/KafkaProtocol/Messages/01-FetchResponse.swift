import NIOCore

/// Record batches, and how far each partition goes.
package struct FetchResponse: WireStruct {
    /// The answers for one topic.
    package struct Topic: WireStruct {
        package var topic = ""
        package var topicID = TopicID.zero
        package var partitions: [Partition] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&topic, until: 12)
            try wire.uuid(&topicID, since: 13)
            try wire.array(&partitions)
        }
    }

    /// The largest epoch the leader shares with a diverged follower, and where it ends (KIP-595).
    package struct EpochEndOffset: WireStruct {
        package var epoch: Int32 = -1
        package var endOffset: Int64 = -1

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&epoch)
            try wire.int64(&endOffset)
        }
    }

    /// The snapshot to fetch instead of log that no longer exists (KIP-630).
    package struct SnapshotID: WireStruct {
        package var endOffset: Int64 = -1
        package var epoch: Int32 = -1

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int64(&endOffset)
            try wire.int32(&epoch)
        }
    }

    /// A transaction whose records a read-committed consumer must drop.
    package struct AbortedTransaction: WireStruct {
        package var producerID: Int64 = 0
        package var firstOffset: Int64 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int64(&producerID)
            try wire.int64(&firstOffset)
        }
    }

    /// The answer for one partition.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var errorCode = ErrorCode.none
        package var highWatermark: Int64 = 0
        package var lastStableOffset: Int64 = -1
        package var logStartOffset: Int64 = -1
        package var divergingEpoch = EpochEndOffset()
        package var currentLeader = LeaderIDAndEpoch()
        package var snapshotID = SnapshotID()
        /// Null when the consumer reads uncommitted.
        package var abortedTransactions: [AbortedTransaction]?
        package var preferredReadReplica: Int32 = -1
        /// Whole batches, the first of which may begin before the offset asked for; shares the frame's storage.
        package var records: ByteBuffer?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.error(&errorCode)
            try wire.int64(&highWatermark)
            try wire.int64(&lastStableOffset, since: 4)
            try wire.int64(&logStartOffset, since: 5)
            try wire.array(&abortedTransactions, since: 4)
            try wire.int32(&preferredReadReplica, since: 11)
            try wire.records(&records)
            try wire.tagged(0, &divergingEpoch, default: EpochEndOffset(), since: 12) { try $0.structure(&$1) }
            try wire.tagged(1, &currentLeader, default: LeaderIDAndEpoch(), since: 12) { try $0.structure(&$1) }
            try wire.tagged(2, &snapshotID, default: SnapshotID(), since: 12) { try $0.structure(&$1) }
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var sessionID: Int32 = 0
    package var responses: [Topic] = []
    /// The brokers that `currentLeader` fields name.
    package var nodeEndpoints: [NodeEndpoint] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs, since: 1)
        try wire.error(&errorCode, since: 7)
        try wire.int32(&sessionID, since: 7)
        try wire.array(&responses)
        try wire.tagged(0, &nodeEndpoints, default: [], since: 16) { try $0.array(&$1) }
    }
}
