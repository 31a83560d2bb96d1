/// Asks partition leaders for the producers they remember (KIP-664).
package struct DescribeProducersRequest: KafkaRequest {
    package typealias Response = DescribeProducersResponse
    package static let api = APIKey.describeProducers
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    package var topics: [NamedPartitions] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&topics)
    }
}

/// The producers of each partition.
package struct DescribeProducersResponse: WireStruct {
    /// The answers for one topic.
    package typealias Topic = NamedTopic<Partition>

    /// The answer for one partition.
    package struct Partition: WireStruct {
        package var partitionIndex: Int32 = 0
        package var errorCode = ErrorCode.none
        package var errorMessage: String?
        package var activeProducers: [ProducerState] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionIndex)
            try wire.error(&errorCode)
            try wire.string(&errorMessage)
            try wire.array(&activeProducers)
        }
    }

    /// One producer; −1 stands for nothing known.
    package struct ProducerState: WireStruct {
        package var producerID: Int64 = 0
        package var producerEpoch: Int32 = 0
        package var lastSequence: Int32 = -1
        package var lastTimestamp: Timestamp = -1
        package var coordinatorEpoch: Int32 = 0
        package var currentTxnStartOffset: Int64 = -1

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int64(&producerID)
            try wire.int32(&producerEpoch)
            try wire.int32(&lastSequence)
            try wire.int64(&lastTimestamp)
            try wire.int32(&coordinatorEpoch)
            try wire.int64(&currentTxnStartOffset)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&topics)
    }
}
