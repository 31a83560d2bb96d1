import KafkaProtocol

/// A credential of a user was set (Kafka's UserScramCredentialRecord, type 11).
package struct UserScramCredentialRecord: MetadataRecordBody {
    package static let type: UInt32 = 11
    package static let version: Int16 = 0

    package var name = ""
    /// See `ScramMechanism`.
    package var mechanism: Int8 = 0
    package var salt = Secret()
    package var storedKey = Secret()
    package var serverKey = Secret()
    package var iterations: Int32 = 0

    package init() {}

    package init(user: String, mechanism: ScramMechanism, credential: ScramCredential) {
        name = user
        self.mechanism = mechanism.rawValue
        salt = credential.salt
        storedKey = credential.storedKey
        serverKey = credential.serverKey
        iterations = credential.iterations
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&name)
        try wire.int8(&mechanism)
        try wire.bytes(&salt)
        try wire.bytes(&storedKey)
        try wire.bytes(&serverKey)
        try wire.int32(&iterations)
    }
}

/// A credential of a user was deleted (Kafka's RemoveUserScramCredentialRecord, type 22).
package struct RemoveUserScramCredentialRecord: MetadataRecordBody {
    package static let type: UInt32 = 22
    package static let version: Int16 = 0

    package var name = ""
    /// See `ScramMechanism`.
    package var mechanism: Int8 = 0

    package init() {}

    package init(user: String, mechanism: ScramMechanism) {
        name = user
        self.mechanism = mechanism.rawValue
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&name)
        try wire.int8(&mechanism)
    }
}
