import NIOCore

/// Ends a delegation token (KIP-48).
package struct ExpireDelegationTokenRequest: KafkaRequest {
    package typealias Response = DelegationTokenExpiryResponse
    package static let api = APIKey.expireDelegationToken
    package static let versions: ClosedRange<Int16> = 0...2
    package static let flexibleSince: Int16 = 2

    package var hmac = ByteBuffer()
    package var expiryTimePeriodMs: Int64 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.bytes(&hmac)
        try wire.int64(&expiryTimePeriodMs)
    }
}
