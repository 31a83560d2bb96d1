/// Sets and deletes SCRAM credentials of users (KIP-554).
package struct AlterUserScramCredentialsRequest: KafkaRequest {
    package typealias Response = NamedOutcomesResponse
    package static let api = APIKey.alterUserScramCredentials
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    /// A credential to delete.
    package struct Deletion: WireStruct {
        package var name = ""
        /// 1 SCRAM-SHA-256, 2 SCRAM-SHA-512.
        package var mechanism: Int8 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
            try wire.int8(&mechanism)
        }
    }

    /// A credential to set in place of what the user had for the mechanism. The password itself never leaves the client.
    package struct Upsertion: WireStruct {
        package var name = ""
        /// 1 SCRAM-SHA-256, 2 SCRAM-SHA-512.
        package var mechanism: Int8 = 0
        package var iterations: Int32 = 0
        package var salt = Secret()
        /// The password, salted and hashed as often as `iterations` says.
        package var saltedPassword = Secret()

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
            try wire.int8(&mechanism)
            try wire.int32(&iterations)
            try wire.bytes(&salt)
            try wire.bytes(&saltedPassword)
        }
    }

    package var deletions: [Deletion] = []
    package var upsertions: [Upsertion] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&deletions)
        try wire.array(&upsertions)
    }
}
