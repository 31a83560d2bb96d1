import NIOCore

/// One step of a mechanism of SASL (KIP-152).
package struct SaslAuthenticateRequest: KafkaRequest {
    package typealias Response = SaslAuthenticateResponse
    package static let api = APIKey.saslAuthenticate
    package static let versions: ClosedRange<Int16> = 0...2
    package static let flexibleSince: Int16 = 2

    package var authBytes = ByteBuffer()

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.bytes(&authBytes)
    }
}

/// The answer to the step.
package struct SaslAuthenticateResponse: WireStruct {
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var authBytes = ByteBuffer()
    /// Until the client must prove itself again; 0 is for ever.
    package var sessionLifetimeMs: Int64 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
        try wire.bytes(&authBytes)
        try wire.int64(&sessionLifetimeMs, since: 1)
    }
}
