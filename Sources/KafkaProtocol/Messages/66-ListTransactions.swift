/// Asks a broker for the transactional ids that it coordinates (KIP-664).
package struct ListTransactionsRequest: KafkaRequest {
    package typealias Response = ListTransactionsResponse
    package static let api = APIKey.listTransactions
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 0

    /// Names of states; none means all.
    package var stateFilters: [String] = []
    /// None means all.
    package var producerIDFilters: [Int64] = []
    /// Only transactions that have run for longer than this many milliseconds; below 0 all (KIP-994).
    package var durationFilter: Int64 = -1

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&stateFilters)
        try wire.array(&producerIDFilters)
        try wire.int64(&durationFilter, since: 1)
    }
}

/// The transactional ids of one broker.
package struct ListTransactionsResponse: WireStruct {
    /// One id.
    package struct State: WireStruct {
        package var transactionalID = ""
        package var producerID: Int64 = 0
        package var transactionState = ""

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&transactionalID)
            try wire.int64(&producerID)
            try wire.string(&transactionState)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    /// Filters that name no state.
    package var unknownStateFilters: [String] = []
    package var transactionStates: [State] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.array(&unknownStateFilters)
        try wire.array(&transactionStates)
    }
}
