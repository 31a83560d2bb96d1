/// Commits or aborts a transaction (KIP-98). Version 5 belongs to transactions version 2 (KIP-890).
package struct EndTxnRequest: KafkaRequest {
    package typealias Response = EndTxnResponse
    package static let api = APIKey.endTxn
    package static let versions: ClosedRange<Int16> = 0...5
    package static let flexibleSince: Int16 = 3

    package var transactionalID = ""
    package var producerID: Int64 = 0
    package var producerEpoch: Int16 = 0
    /// False aborts.
    package var committed = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&transactionalID)
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        try wire.bool(&committed)
    }
}

/// Whether the decision is stored; the markers follow by themselves.
package struct EndTxnResponse: WireStruct {
    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    /// This and the next: from version 5 on, what the producer is to use next.
    package var producerID: Int64 = -1
    package var producerEpoch: Int16 = -1

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.int64(&producerID, since: 5)
        try wire.int16(&producerEpoch, since: 5)
    }
}
