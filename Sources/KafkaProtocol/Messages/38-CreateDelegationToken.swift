import NIOCore

/// Makes a delegation token (KIP-48).
package struct CreateDelegationTokenRequest: KafkaRequest {
    package typealias Response = CreateDelegationTokenResponse
    package static let api = APIKey.createDelegationToken
    package static let versions: ClosedRange<Int16> = 0...3
    package static let flexibleSince: Int16 = 2

    /// Who may renew the token besides its owner.
    package struct Renewer: WireStruct {
        package var principalType = ""
        package var principalName = ""

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&principalType)
            try wire.string(&principalName)
        }
    }

    package var ownerPrincipalType: String?
    package var ownerPrincipalName: String?
    package var renewers: [Renewer] = []
    package var maxLifetimeMs: Int64 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&ownerPrincipalType, since: 3)
        try wire.string(&ownerPrincipalName, since: 3)
        try wire.array(&renewers)
        try wire.int64(&maxLifetimeMs)
    }
}

/// The token.
package struct CreateDelegationTokenResponse: WireStruct {
    package var errorCode = ErrorCode.none
    package var principalType = ""
    package var principalName = ""
    package var tokenRequesterPrincipalType = ""
    package var tokenRequesterPrincipalName = ""
    package var issueTimestampMs: Int64 = 0
    package var expiryTimestampMs: Int64 = 0
    package var maxTimestampMs: Int64 = 0
    package var tokenID = ""
    package var hmac = ByteBuffer()
    package var throttleTimeMs: Int32 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.error(&errorCode)
        try wire.string(&principalType)
        try wire.string(&principalName)
        try wire.string(&tokenRequesterPrincipalType, since: 3)
        try wire.string(&tokenRequesterPrincipalName, since: 3)
        try wire.int64(&issueTimestampMs)
        try wire.int64(&expiryTimestampMs)
        try wire.int64(&maxTimestampMs)
        try wire.string(&tokenID)
        try wire.bytes(&hmac)
        try wire.int32(&throttleTimeMs)
    }
}
