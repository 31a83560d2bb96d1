import NIOCore

/// Asks for the delegation tokens of owners (KIP-48).
package struct DescribeDelegationTokenRequest: KafkaRequest {
    package typealias Response = DescribeDelegationTokenResponse
    package static let api = APIKey.describeDelegationToken
    package static let versions: ClosedRange<Int16> = 0...3
    package static let flexibleSince: Int16 = 2

    /// Whose tokens.
    package struct Owner: WireStruct {
        package var principalType = ""
        package var principalName = ""

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&principalType)
            try wire.string(&principalName)
        }
    }

    /// Nil asks for all.
    package var owners: [Owner]?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&owners)
    }
}

/// The tokens.
package struct DescribeDelegationTokenResponse: WireStruct {
    /// A token.
    package struct Token: WireStruct {
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

        package var principalType = ""
        package var principalName = ""
        package var tokenRequesterPrincipalType = ""
        package var tokenRequesterPrincipalName = ""
        package var issueTimestamp: Int64 = 0
        package var expiryTimestamp: Int64 = 0
        package var maxTimestamp: Int64 = 0
        package var tokenID = ""
        package var hmac = ByteBuffer()
        package var renewers: [Renewer] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&principalType)
            try wire.string(&principalName)
            try wire.string(&tokenRequesterPrincipalType, since: 3)
            try wire.string(&tokenRequesterPrincipalName, since: 3)
            try wire.int64(&issueTimestamp)
            try wire.int64(&expiryTimestamp)
            try wire.int64(&maxTimestamp)
            try wire.string(&tokenID)
            try wire.bytes(&hmac)
            try wire.array(&renewers)
        }
    }

    package var errorCode = ErrorCode.none
    package var tokens: [Token] = []
    package var throttleTimeMs: Int32 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.error(&errorCode)
        try wire.array(&tokens)
        try wire.int32(&throttleTimeMs)
    }
}
