/// A broker asks for a block of producer ids that nobody else will hand out (KIP-730). Between brokers only.
package struct AllocateProducerIdsRequest: KafkaRequest {
    package typealias Response = AllocateProducerIdsResponse
    package static let api = APIKey.allocateProducerIds
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    package var brokerID: Int32 = 0
    package var brokerEpoch: Int64 = -1

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&brokerID)
        try wire.int64(&brokerEpoch)
    }
}

/// The block.
package struct AllocateProducerIdsResponse: WireStruct {
    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var producerIDStart: Int64 = 0
    /// How many ids from the start on.
    package var producerIDLen: Int32 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.int64(&producerIDStart)
        try wire.int32(&producerIDLen)
    }
}
