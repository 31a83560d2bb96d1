import KafkaProtocol
import Testing

/// What bytes tell that stand where Kafka has the size of a frame.
@Suite struct ForeignProtocolTests {
    private func told(_ bytes: [UInt8]) -> ForeignProtocol? {
        ForeignProtocol(size: Int32(bitPattern: bytes.reduce(0) { $0 << 8 | UInt32($1) }))
    }

    @Test func answersAndRequestsOfHTTPAreKnown() {
        for text in ["HTTP", "GET ", "POST", "PUT ", "HEAD", "OPTI", "PRI ", "<!DO", "<htm"] {
            #expect(told(Array(text.utf8)) == .http, "\(text)")
        }
        for text in ["SSH-", "220 ", "http", "<\u{1}ab"] { #expect(told(Array(text.utf8)) == nil, "\(text)") }
    }

    @Test func recordsOfTLSAreKnown() {
        for minor in 0...4 as ClosedRange<UInt8> {
            #expect(told([0x15, 3, minor, 0]) == .tls && told([0x16, 3, minor, 2]) == .tls)
        }
        let others: [[UInt8]] = [
            [0x17, 3, 3, 0], [0x15, 2, 0, 0], [0x16, 2, 0, 0], [0x16, 3, 5, 0], [0, 0, 0, 0], [255, 255, 255, 255],
        ]
        for bytes in others { #expect(told(bytes) == nil, "\(bytes)") }
    }
}
