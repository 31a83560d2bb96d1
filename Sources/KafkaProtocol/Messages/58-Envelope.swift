import NIOCore

/// A client's request that a broker hands on to the controller, with the client's identity (KIP-590). Between brokers only.
package struct EnvelopeRequest: KafkaRequest {
    package typealias Response = EnvelopeResponse
    package static let api = APIKey.envelope
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    /// The inner request: header and body.
    package var requestData = ByteBuffer()
    package var requestPrincipal: ByteBuffer?
    /// Four or sixteen bytes.
    package var clientHostAddress = ByteBuffer()

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.bytes(&requestData)
        try wire.bytes(&requestPrincipal)
        try wire.bytes(&clientHostAddress)
    }
}

/// The controller's answer to the inner request.
package struct EnvelopeResponse: WireStruct {
    /// The inner response: header and body; null on error.
    package var responseData: ByteBuffer?
    package var errorCode = ErrorCode.none

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.bytes(&responseData)
        try wire.error(&errorCode)
    }
}
