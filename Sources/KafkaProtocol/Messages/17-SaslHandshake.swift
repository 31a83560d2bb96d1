/// Names the mechanism by which a client wants to prove who it is.
package struct SaslHandshakeRequest: KafkaRequest {
    package typealias Response = SaslHandshakeResponse
    package static let api = APIKey.saslHandshake
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = Int16.max

    package var mechanism = ""

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&mechanism)
    }
}

/// Whether the mechanism is served, and which are.
package struct SaslHandshakeResponse: WireStruct {
    package var errorCode = ErrorCode.none
    package var mechanisms: [String] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.error(&errorCode)
        try wire.array(&mechanisms)
    }
}
