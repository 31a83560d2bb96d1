/// Forgets a broker that will not come back.
package struct UnregisterBrokerRequest: KafkaRequest {
    package typealias Response = UnregisterBrokerResponse
    package static let api = APIKey.unregisterBroker
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    package var brokerID: Int32 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&brokerID)
    }
}

/// Whether it was known.
package struct UnregisterBrokerResponse: WireStruct {
    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
    }
}
