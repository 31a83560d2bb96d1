import NIOCore

/// Lets a delegation token live longer (KIP-48).
package struct RenewDelegationTokenRequest: KafkaRequest {
    package typealias Response = DelegationTokenExpiryResponse
    package static let api = APIKey.renewDelegationToken
    package static let versions: ClosedRange<Int16> = 0...2
    package static let flexibleSince: Int16 = 2

    package var hmac = ByteBuffer()
    package var renewPeriodMs: Int64 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.bytes(&hmac)
        try wire.int64(&renewPeriodMs)
    }
}

/// When a token ends now: the answer to RenewDelegationToken and ExpireDelegationToken.
package struct DelegationTokenExpiryResponse: WireStruct {
    package var errorCode = ErrorCode.none
    package var expiryTimestampMs: Int64 = 0
    package var throttleTimeMs: Int32 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.error(&errorCode)
        try wire.int64(&expiryTimestampMs)
        try wire.int32(&throttleTimeMs)
    }
}
