/// Elects preferred leaders, or any live replica where none in sync is left (KIP-460).
package struct ElectLeadersRequest: KafkaRequest {
    package typealias Response = ElectLeadersResponse
    package static let api = APIKey.electLeaders
    package static let versions: ClosedRange<Int16> = 0...2
    package static let flexibleSince: Int16 = 2

    /// 0 preferred, 1 unclean; version 0 knows only preferred.
    package var electionType: Int8 = 0
    /// Null for all partitions.
    package var topicPartitions: [NamedPartitions]?
    package var timeoutMs: Int32 = 60000

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int8(&electionType, since: 1)
        try wire.array(&topicPartitions)
        try wire.int32(&timeoutMs)
    }
}

/// What became of each partition. Those that needed no election are left out when all were asked for.
package struct ElectLeadersResponse: WireStruct {
    /// The outcome for one partition.
    package struct Partition: WireStruct {
        package var partitionID: Int32 = 0
        package var errorCode = ErrorCode.none
        package var errorMessage: String?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partitionID)
            try wire.error(&errorCode)
            try wire.string(&errorMessage)
        }
    }

    /// The outcomes for one topic.
    package typealias Topic = NamedTopic<Partition>

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var replicaElectionResults: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode, since: 1)
        try wire.array(&replicaElectionResults)
    }
}
