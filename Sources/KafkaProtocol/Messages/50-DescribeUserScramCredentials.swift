/// Asks for which mechanisms users have SCRAM credentials (KIP-554).
package struct DescribeUserScramCredentialsRequest: KafkaRequest {
    package typealias Response = DescribeUserScramCredentialsResponse
    package static let api = APIKey.describeUserScramCredentials
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    /// A user.
    package struct User: WireStruct {
        package var name = ""

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
        }
    }

    /// Nil asks for all.
    package var users: [User]?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&users)
    }
}

/// What is kept of each user.
package struct DescribeUserScramCredentialsResponse: WireStruct {
    /// One user.
    package struct Result: WireStruct {
        /// One credential, without what is secret of it.
        package struct Credential: WireStruct {
            /// 1 SCRAM-SHA-256, 2 SCRAM-SHA-512.
            package var mechanism: Int8 = 0
            package var iterations: Int32 = 0

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.int8(&mechanism)
                try wire.int32(&iterations)
            }
        }

        package var user = ""
        package var errorCode = ErrorCode.none
        package var errorMessage: String?
        package var credentialInfos: [Credential] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&user)
            try wire.error(&errorCode)
            try wire.string(&errorMessage)
            try wire.array(&credentialInfos)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var results: [Result] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
        try wire.array(&results)
    }
}
