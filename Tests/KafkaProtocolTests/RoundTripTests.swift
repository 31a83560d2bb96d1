import NIOCore
import Testing

@testable import KafkaProtocol

/// Every message of every API in every version: what is read is written again byte by byte.
@Suite struct RoundTripTests {
    static let entries = APITable.entries.values.sorted { $0.api < $1.api }

    /// Calls `body` with each message type, request and response, and each version of it.
    static func forEachMessage(
        _ body: (_ type: any WireStruct.Type, _ version: Int16, _ flexible: Bool) throws -> Void
    ) async throws {
        func visit<R: KafkaRequest>(_ request: R.Type) async throws {
            for version in R.versions {
                // Others wait for the few threads there are.
                await Task.yield()
                try body(R.self, version, version >= R.flexibleSince)
                try body(R.Response.self, version, version >= R.flexibleSince)
            }
        }
        for entry in entries { try await visit(entry.request) }
    }

    /// Reads bytes as a message and writes it again.
    static func rewritten(
        _ type: any WireStruct.Type, _ bytes: ByteBuffer, _ version: Int16, _ flexible: Bool
    ) throws -> ByteBuffer {
        var rest = bytes
        let message = try type.init(decoding: &rest, version: version, flexible: flexible)
        #expect(rest.readableBytes == 0, "\(type) v\(version) leaves bytes unread")
        return try message.encoded(version: version, flexible: flexible)
    }

    @Test func servedVersionsAreKnown() {
        #expect(Self.entries.count >= 40)
        for entry in Self.entries {
            guard let served = entry.served else { continue }
            #expect(entry.request.versions.lowerBound <= served.lowerBound, "\(entry.api)")
            #expect(entry.request.versions.upperBound >= served.upperBound, "\(entry.api)")
        }
    }

    @Test func defaultsSurvive() async throws {
        var count = 0
        try await Self.forEachMessage { type, version, flexible in
            let bytes = try type.init().encoded(version: version, flexible: flexible)
            let again = try Self.rewritten(type, bytes, version, flexible)
            #expect(again == bytes, "\(type) v\(version)")
            count += 1
        }
        #expect(count > 300)
    }

    @Test func randomBytesOfTheRightShapeSurvive() async throws {
        try await Self.forEachMessage { type, version, flexible in
            let words = try type.describe(version: version, flexible: flexible)
            for _ in 0..<12 {
                var random = RandomMessage(words, flexible: flexible, generator: SystemRandomNumberGenerator())
                let body = random.bytes()
                let bytes = try #require(body, "\(type) v\(version): \(words)")
                let again = try Self.rewritten(type, bytes, version, flexible)
                #expect(again == bytes, "\(type) v\(version)")
            }
        }
    }

    @Test func everyTruncationThrows() async throws {
        try await Self.forEachMessage { type, version, flexible in
            let words = try type.describe(version: version, flexible: flexible)
            var random = RandomMessage(words, flexible: flexible, generator: SystemRandomNumberGenerator())
            let body = random.bytes()
            let bytes = try #require(body)
            for length in 0..<bytes.readableBytes {
                var part = bytes.getSlice(at: bytes.readerIndex, length: length) ?? ByteBuffer()
                #expect(throws: WireError.self, "\(type) v\(version) cut at \(length) of \(bytes.readableBytes)") {
                    try type.init(decoding: &part, version: version, flexible: flexible)
                }
            }
        }
    }

    @Test func everyFlippedByteIsReadOrRefused() async throws {
        var read = 0
        var refused = 0
        try await Self.forEachMessage { type, version, flexible in
            let words = try type.describe(version: version, flexible: flexible)
            var random = RandomMessage(words, flexible: flexible, generator: SystemRandomNumberGenerator())
            let body = random.bytes()
            let bytes = try #require(body)
            for index in 0..<bytes.readableBytes {
                for mask: UInt8 in [0x80, UInt8.random(in: 1...0x7f)] {
                    var broken = bytes
                    let byte = bytes.getInteger(at: bytes.readerIndex + index, as: UInt8.self) ?? 0
                    broken.setInteger(byte ^ mask, at: broken.readerIndex + index)
                    do {
                        _ = try type.init(decoding: &broken, version: version, flexible: flexible)
                        read += 1
                    } catch is WireError { refused += 1 }
                }
            }
        }
        #expect(read > 1000)
        #expect(refused > 1000)
    }
}
