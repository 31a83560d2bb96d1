import NIOCore

/// Appends record batches to partitions.
package struct ProduceRequest: KafkaRequest {
    package typealias Response = ProduceResponse
    package static let api = APIKey.produce
    package static let versions: ClosedRange<Int16> = 0...13
    package static let flexibleSince: Int16 = 9

    /// The batches for one topic, by name up to version 12, then by id.
    package struct Topic: WireStruct {
        /// The batches for one partition.
        package struct Partition: WireStruct {
            package var index: Int32 = 0
            /// One record batch (a message set before version 3); shares the frame's storage.
            package var records: ByteBuffer?

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.int32(&index)
                try wire.records(&records)
            }
        }

        package var name = ""
        package var topicID = TopicID.zero
        package var partitionData: [Partition] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name, until: 12)
            try wire.uuid(&topicID, since: 13)
            try wire.array(&partitionData)
        }
    }

    package var transactionalID: String?
    /// 0: no answer at all; 1: the leader's append; −1: the whole ISR.
    package var acks: Int16 = 0
    package var timeoutMs: Int32 = 0
    package var topicData: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&transactionalID, since: 3)
        try wire.int16(&acks)
        try wire.int32(&timeoutMs)
        try wire.array(&topicData)
    }
}

/// Where the batches were put, or why not.
package struct ProduceResponse: WireStruct {
    /// The outcomes for one topic.
    package struct Topic: WireStruct {
        /// The outcome for one partition.
        package struct Partition: WireStruct {
            /// A record that made its whole batch be refused (KIP-467).
            package struct RecordError: WireStruct {
                package var batchIndex: Int32 = 0
                package var batchIndexErrorMessage: String?

                package init() {}

                package mutating func code(_ wire: inout Wire) throws {
                    try wire.int32(&batchIndex)
                    try wire.string(&batchIndexErrorMessage)
                }
            }

            package var index: Int32 = 0
            package var errorCode = ErrorCode.none
            package var baseOffset: Int64 = 0
            /// −1 unless the topic stamps records on appending.
            package var logAppendTimeMs: Int64 = -1
            package var logStartOffset: Int64 = -1
            package var recordErrors: [RecordError] = []
            package var errorMessage: String?
            package var currentLeader = LeaderIDAndEpoch()

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.int32(&index)
                try wire.error(&errorCode)
                try wire.int64(&baseOffset)
                try wire.int64(&logAppendTimeMs, since: 2)
                try wire.int64(&logStartOffset, since: 5)
                try wire.array(&recordErrors, since: 8)
                try wire.string(&errorMessage, since: 8)
                try wire.tagged(0, &currentLeader, default: LeaderIDAndEpoch(), since: 10) { try $0.structure(&$1) }
            }
        }

        package var name = ""
        package var topicID = TopicID.zero
        package var partitionResponses: [Partition] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name, until: 12)
            try wire.uuid(&topicID, since: 13)
            try wire.array(&partitionResponses)
        }
    }

    package var responses: [Topic] = []
    package var throttleTimeMs: Int32 = 0
    /// The brokers that `currentLeader` fields name.
    package var nodeEndpoints: [NodeEndpoint] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&responses)
        try wire.int32(&throttleTimeMs, since: 1)
        try wire.tagged(0, &nodeEndpoints, default: [], since: 10) { try $0.array(&$1) }
    }
}
