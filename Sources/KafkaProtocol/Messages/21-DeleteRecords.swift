/// Moves the log start offset forward.
package struct DeleteRecordsRequest: KafkaRequest {
    package typealias Response = DeleteRecordsResponse
    package static let api = APIKey.deleteRecords
    package static let versions: ClosedRange<Int16> = 0...2
    package static let flexibleSince: Int16 = 2

    /// One partition and its new start; −1 is the high watermark.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var offset: Int64 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.int64(&offset)
        }
    }

    /// Partitions of one topic.
    package typealias Topic = NamedTopic<Partition>

    package var topics: [Topic] = []
    package var timeoutMs: Int32 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&topics)
        try wire.int32(&timeoutMs)
    }
}

/// The new log start offsets.
package struct DeleteRecordsResponse: WireStruct {
    /// The outcome for one partition.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        /// The smallest log start offset among the replicas.
        package var lowWatermark: Int64 = 0
        package var errorCode = ErrorCode.none

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.int64(&lowWatermark)
            try wire.error(&errorCode)
        }
    }

    /// The outcomes for one topic.
    package typealias Topic = NamedTopic<Partition>

    package var throttleTimeMs: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&topics)
    }
}
