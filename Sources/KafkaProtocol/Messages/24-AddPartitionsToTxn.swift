/// Adds partitions to a transaction before the producer writes to them (KIP-98). From version 4 on brokers ask for several
/// transactions at once, often only whether the partitions are in (KIP-890).
package struct AddPartitionsToTxnRequest: KafkaRequest {
    package typealias Response = AddPartitionsToTxnResponse
    package static let api = APIKey.addPartitionsToTxn
    package static let versions: ClosedRange<Int16> = 0...5
    package static let flexibleSince: Int16 = 3

    /// One transaction, from version 4 on.
    package struct Transaction: WireStruct {
        package var transactionalID = ""
        package var producerID: Int64 = 0
        package var producerEpoch: Int16 = 0
        /// Ask whether the partitions are in the transaction, and add nothing.
        package var verifyOnly = false
        package var topics: [NamedPartitions] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&transactionalID)
            try wire.int64(&producerID)
            try wire.int16(&producerEpoch)
            try wire.bool(&verifyOnly)
            try wire.array(&topics)
        }
    }

    /// From version 4 on.
    package var transactions: [Transaction] = []
    /// This and the next three: up to version 3.
    package var transactionalID = ""
    package var producerID: Int64 = 0
    package var producerEpoch: Int16 = 0
    package var topics: [NamedPartitions] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&transactions, since: 4)
        try wire.string(&transactionalID, until: 3)
        try wire.int64(&producerID, until: 3)
        try wire.int16(&producerEpoch, until: 3)
        try wire.array(&topics, until: 3)
    }
}

/// Whether each partition is in the transaction.
package struct AddPartitionsToTxnResponse: WireStruct {
    /// The partitions of one topic.
    package typealias Topic = NamedTopic<PartitionOutcome>

    /// The outcome of one transaction, from version 4 on.
    package struct Transaction: WireStruct {
        package var transactionalID = ""
        package var topics: [Topic] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&transactionalID)
            try wire.array(&topics)
        }
    }

    package var throttleTimeMs: Int32 = 0
    /// This and the next: from version 4 on.
    package var errorCode = ErrorCode.none
    package var transactions: [Transaction] = []
    /// Up to version 3.
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode, since: 4)
        try wire.array(&transactions, since: 4)
        try wire.array(&topics, until: 3)
    }
}
