import KafkaProtocol

/// How a user proves to know a password without sending it (RFC 5802, RFC 7677); the numbers are Kafka's.
package enum ScramMechanism: Int8, Sendable, CaseIterable {
    case sha256 = 1
    case sha512 = 2
}

/// What a cluster keeps of a user's password for one mechanism: enough to check a proof, not to make one.
package struct ScramCredential: Sendable, Hashable {
    package let salt: Secret
    package let storedKey: Secret
    package let serverKey: Secret
    package let iterations: Int32

    package init(salt: Secret, storedKey: Secret, serverKey: Secret, iterations: Int32) {
        self.salt = salt
        self.storedKey = storedKey
        self.serverKey = serverKey
        self.iterations = iterations
    }
}
