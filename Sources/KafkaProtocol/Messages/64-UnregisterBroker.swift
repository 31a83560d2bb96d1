/// Forgets a broker that will not come back.
package struct UnregisterBrokerRequest: KafkaRequest {
    package typealias Response = OutcomeResponse
    package static let api = APIKey.unregisterBroker
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    package var brokerID: Int32 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&brokerID)
    }
}
