/// Reads record batches: consumers, followers and quorum nodes all pull with it.
package struct FetchRequest: KafkaRequest {
    package typealias Response = FetchResponse
    package static let api = APIKey.fetch
    package static let versions: ClosedRange<Int16> = 0...18
    package static let flexibleSince: Int16 = 12

    /// Who asks, when it is a replica (KIP-903).
    package struct ReplicaState: WireStruct {
        /// −1: a consumer.
        package var replicaID: Int32 = -1
        /// The epoch of the broker's registration; −1 when not known.
        package var replicaEpoch: Int64 = -1

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&replicaID)
            try wire.int64(&replicaEpoch)
        }
    }

    /// What is wanted of one topic, by name up to version 12, then by id (KIP-516).
    package struct Topic: WireStruct {
        /// What is wanted of one partition.
        package struct Partition: WireStruct {
            package var partition: Int32 = 0
            /// −1 when the asker does not know it, and is not to be fenced by it.
            package var currentLeaderEpoch: Int32 = -1
            package var fetchOffset: Int64 = 0
            /// The epoch of the record before `fetchOffset`, to notice a diverged log (KIP-595).
            package var lastFetchedEpoch: Int32 = -1
            /// Of the asking follower; −1 for consumers.
            package var logStartOffset: Int64 = -1
            package var partitionMaxBytes: Int32 = 0
            package var replicaDirectoryID = UUID.zero
            /// The follower's high watermark: −1 when unknown, the largest integer when it does not say.
            package var highWatermark = Int64.max

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.int32(&partition)
                try wire.int32(&currentLeaderEpoch, since: 9)
                try wire.int64(&fetchOffset)
                try wire.int32(&lastFetchedEpoch, since: 12)
                try wire.int64(&logStartOffset, since: 5)
                try wire.int32(&partitionMaxBytes)
                try wire.tagged(0, &replicaDirectoryID, default: .zero, since: 17) { try $0.uuid(&$1) }
                try wire.tagged(1, &highWatermark, default: .max, since: 18) { try $0.int64(&$1) }
            }
        }

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

    /// Partitions that leave the fetch session (KIP-227).
    package struct ForgottenTopic: WireStruct {
        package var topic = ""
        package var topicID = TopicID.zero
        package var partitions: [Int32] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&topic, until: 12)
            try wire.uuid(&topicID, since: 13)
            try wire.array(&partitions)
        }
    }

    package var clusterID: String?
    /// Up to version 14; then `replicaState` has it.
    package var replicaID: Int32 = -1
    package var replicaState = ReplicaState()
    package var maxWaitMs: Int32 = 0
    package var minBytes: Int32 = 0
    package var maxBytes = Int32.max
    /// 0: read uncommitted; 1: read committed.
    package var isolationLevel: Int8 = 0
    package var sessionID: Int32 = 0
    package var sessionEpoch: Int32 = -1
    package var topics: [Topic] = []
    package var forgottenTopicsData: [ForgottenTopic] = []
    package var rackID = ""

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&replicaID, until: 14)
        try wire.int32(&maxWaitMs)
        try wire.int32(&minBytes)
        try wire.int32(&maxBytes, since: 3)
        try wire.int8(&isolationLevel, since: 4)
        try wire.int32(&sessionID, since: 7)
        try wire.int32(&sessionEpoch, since: 7)
        try wire.array(&topics)
        try wire.array(&forgottenTopicsData, since: 7)
        try wire.string(&rackID, since: 11)
        try wire.tagged(0, &clusterID, default: nil, since: 12) { try $0.string(&$1) }
        try wire.tagged(1, &replicaState, default: ReplicaState(), since: 15) { try $0.structure(&$1) }
    }

    /// The asking replica, wherever the version carries it; −1 for a consumer.
    package var askingReplicaID: Int32 { replicaState.replicaID >= 0 ? replicaState.replicaID : replicaID }
}
