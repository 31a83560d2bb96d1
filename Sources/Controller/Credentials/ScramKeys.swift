import ClusterMetadata
import KafkaProtocol

extension ScramMechanism {
    /// What is kept in place of a salted password (RFC 5802, section 3): from these keys nobody can make a proof.
    func credential(saltedPassword: Secret, salt: Secret, iterations: Int32) -> ScramCredential {
        let clientKey = code("Client Key", key: saltedPassword.bytes)
        let serverKey = code("Server Key", key: saltedPassword.bytes)
        return ScramCredential(
            salt: salt, storedKey: Secret(digest(clientKey)), serverKey: Secret(serverKey), iterations: iterations)
    }

    func digest(_ message: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: SHA2<UInt32>.digest(message)
        case .sha512: SHA2<UInt64>.digest(message)
        }
    }

    /// The authentication code of a text (HMAC, RFC 2104).
    func code(_ text: String, key: [UInt8]) -> [UInt8] {
        let blockSize = self == .sha256 ? SHA2<UInt32>.blockSize : SHA2<UInt64>.blockSize
        var key = key.count > blockSize ? digest(key) : key
        key += Array(repeating: 0, count: blockSize - key.count)
        let inner = digest(key.map { $0 ^ 0x36 } + Array(text.utf8))
        return digest(key.map { $0 ^ 0x5c } + inner)
    }
}
