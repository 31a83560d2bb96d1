/// Asks a transaction coordinator for the state of transactional ids (KIP-664).
package struct DescribeTransactionsRequest: KafkaRequest {
    package typealias Response = DescribeTransactionsResponse
    package static let api = APIKey.describeTransactions
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    package var transactionalIDs: [String] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&transactionalIDs)
    }
}

/// The state of each transactional id.
package struct DescribeTransactionsResponse: WireStruct {
    /// The state of one id.
    package struct State: WireStruct {
        package var errorCode = ErrorCode.none
        package var transactionalID = ""
        package var transactionState = ""
        package var transactionTimeoutMs: Int32 = 0
        /// −1 when no transaction was begun.
        package var transactionStartTimeMs: Timestamp = 0
        package var producerID: Int64 = 0
        package var producerEpoch: Int16 = 0
        /// Partitions that have no marker yet.
        package var topics: [NamedPartitions] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.error(&errorCode)
            try wire.string(&transactionalID)
            try wire.string(&transactionState)
            try wire.int32(&transactionTimeoutMs)
            try wire.int64(&transactionStartTimeMs)
            try wire.int64(&producerID)
            try wire.int16(&producerEpoch)
            try wire.array(&topics)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var transactionStates: [State] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&transactionStates)
    }
}
