/// Gives a producer its id and epoch, by which brokers drop duplicates (KIP-98).
package struct InitProducerIdRequest: KafkaRequest {
    package typealias Response = InitProducerIdResponse
    package static let api = APIKey.initProducerId
    package static let versions: ClosedRange<Int16> = 0...5
    package static let flexibleSince: Int16 = 2

    /// Null for a producer that is idempotent only.
    package var transactionalID: String?
    package var transactionTimeoutMs: Int32 = 0
    /// The id to keep with a higher epoch (KIP-360), or −1.
    package var producerID: Int64 = -1
    package var producerEpoch: Int16 = -1

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&transactionalID)
        try wire.int32(&transactionTimeoutMs)
        try wire.int64(&producerID, since: 3)
        try wire.int16(&producerEpoch, since: 3)
    }
}

/// The id and epoch to put into every batch.
package struct InitProducerIdResponse: WireStruct {
    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var producerID: Int64 = -1
    package var producerEpoch: Int16 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
    }
}
