/// A protocol that is not Kafka's, told by the first four bytes of a stream, where Kafka has the size of a frame.
package enum ForeignProtocol: Sendable, Equatable {
    case http, tls

    /// What a size that no frame can have is if taken as bytes; nil when that tells of no protocol known here.
    package init?(size: Int32) {
        let bytes = withUnsafeBytes(of: size.bigEndian) { Array($0) }
        switch bytes[0] {
        // A record of TLS: its type, alert or handshake, then its version from 3.0 to 3.4 (RFC 8446, 5.1).
        case 0x15...0x16 where bytes[1] == 3 && bytes[2] <= 4: self = .tls
        // A status line or a request (RFC 9112, 2.1), or the page alone that goes to who did not name a version.
        case UInt8(ascii: "<") where bytes.allSatisfy { (0x20..<0x7f).contains($0) }: self = .http
        case _ where Self.beginnings.contains(String(decoding: bytes, as: UTF8.self)): self = .http
        default: return nil
        }
    }

    private static let beginnings: Set<String> = [
        "HTTP", "GET ", "HEAD", "POST", "PUT ", "PATC", "DELE", "OPTI", "CONN", "TRAC", "PRI ",
    ]
}
