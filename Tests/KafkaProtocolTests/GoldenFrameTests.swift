import Foundation
import NIOCore
import Testing

@testable import KafkaProtocol

/// Frames that other programs made: recorded from real clients, or encoded by another library.
@Suite struct GoldenFrameTests {
    /// A frame with what another decoder read from it.
    struct Vector {
        var label: String
        var request: any KafkaRequest.Type
        var isRequest: Bool
        var version: Int16
        var frame: ByteBuffer
        var fields: [String: Any]?
    }

    static func json(_ name: String) throws -> [String: Any] {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Vectors"))
        return try #require(JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    }

    static func bytes(_ hex: String) -> ByteBuffer {
        let digits = hex.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
        return ByteBuffer(bytes: stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }

    static func entry(_ vector: [String: Any]) -> (any KafkaRequest.Type)? {
        (vector["api_key"] as? Int).flatMap { APITable.entries[APIKey(rawValue: Int16($0))] }?.request
    }

    static func encoded() throws -> [Vector] {
        let vectors = try #require(try json("frames_encoded")["vectors"] as? [[String: Any]])
        return vectors.compactMap { vector in
            guard let request = entry(vector), let version = vector["version"] as? Int,
                let name = vector["message"] as? String, let hex = vector["hex"] as? String
            else { return nil }
            return Vector(
                label: "\(name) v\(version)", request: request, isRequest: name.hasSuffix("Request"),
                version: Int16(version), frame: bytes(hex), fields: vector["fields"] as? [String: Any])
        }
    }

    static func captured() throws -> [Vector] {
        let vectors = try #require(try json("frames_captured")["vectors"] as? [[String: Any]])
        return vectors.flatMap { vector -> [Vector] in
            guard let request = entry(vector), let version = vector["version"] as? Int,
                let client = vector["client"] as? String
            else { return [] }
            return [("request", true), ("response", false)].compactMap { part, isRequest in
                guard let hex = vector["\(part)_hex"] as? String, vector["\(part)_decode_error"] == nil else {
                    return nil
                }
                return Vector(
                    label: "\(client) \(request.api) v\(version) \(part)", request: request, isRequest: isRequest,
                    version: Int16(version), frame: bytes(hex), fields: vector[part] as? [String: Any])
            }
        }
    }

    /// Reads a whole frame and writes it again.
    static func reframed<R: KafkaRequest>(
        _ type: R.Type, _ vector: Vector
    ) throws -> (message: any WireStruct, frame: ByteBuffer) {
        var buffer = vector.frame
        let prefix = buffer.readInteger(as: Int32.self)
        let size = try #require(prefix)
        #expect(Int(size) == buffer.readableBytes)
        let flexible = vector.version >= R.flexibleSince
        if vector.isRequest {
            let header = try RequestHeader(decoding: &buffer)
            #expect(header.api == R.api.rawValue && header.version == vector.version)
            if flexible { try RequestHeader.skipTags(&buffer) }
            let message = try R(decoding: &buffer, version: vector.version, flexible: flexible)
            #expect(buffer.readableBytes == 0, "\(vector.label) leaves bytes unread")
            return (
                message,
                try Frame.request(
                    message, version: vector.version, correlationID: header.correlationID, clientID: header.clientID)
            )
        }
        let number = buffer.readInteger(as: Int32.self)
        let correlation = try #require(number)
        // An answer UNSUPPORTED_VERSION to ApiVersions is version 0 whatever was asked.
        let version = isFallback(vector, buffer) ? 0 : vector.version
        let message = try Frame.readResponse(&buffer, to: R.self, version: version)
        #expect(buffer.readableBytes == (hasSurplus(vector) ? 1 : 0), "\(vector.label) leaves bytes unread")
        return (message, try Frame.response(message, to: R.self, version: version, correlationID: correlation))
    }

    /// librdkafka's mock cluster ends Metadata 13 with one byte too many.
    static func hasSurplus(_ vector: Vector) -> Bool {
        vector.label.hasPrefix("rdk") && !vector.isRequest && vector.request.api == .metadata && vector.version == 13
    }

    static func isFallback(_ vector: Vector, _ body: ByteBuffer) -> Bool {
        vector.request.api == .apiVersions && body.getInteger(at: body.readerIndex, as: Int16.self) == 35
    }

    @Test func framesOfAnotherEncoderAreWrittenAlike() throws {
        let vectors = try Self.encoded()
        #expect(vectors.count >= 45)
        var compared = 0
        for vector in vectors {
            let (message, frame) = try Self.reframed(vector.request, vector)
            #expect(frame == vector.frame, "\(vector.label)")
            compared += try Self.compare(message, vector.fields, vector.label)
        }
        #expect(compared > 150)
    }

    @Test func framesOfRealClientsAreWrittenAlike() throws {
        let vectors = try Self.captured()
        #expect(vectors.count >= 120)
        #expect(vectors.contains { Self.hasSurplus($0) })
        var compared = 0
        for vector in vectors {
            let (message, frame) = try Self.reframed(vector.request, vector)
            if !Self.hasSurplus(vector) { #expect(frame == vector.frame, "\(vector.label)") }
            compared += try Self.compare(message, vector.fields, vector.label)
        }
        #expect(compared > 300)
    }

    /// Holds every field whose name both sides know against the other decoder's value; answers how many there were.
    static func compare(_ message: Any, _ fields: [String: Any]?, _ label: String) throws -> Int {
        var compared = 0
        let wanted = Dictionary(
            (fields ?? [:]).map { ($0.key.filter { $0 != "_" }.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
        for child in Mirror(reflecting: message).children {
            guard let name = child.label, let value = wanted[name.lowercased()] else { continue }
            compared += try compareValue(child.value, value, "\(label).\(name)")
        }
        return compared
    }

    private static func compareValue(_ ours: Any, _ theirs: Any, _ label: String) throws -> Int {
        switch (ours, theirs) {
        case (let ours as ErrorCode, let theirs as Int): #expect(Int(ours.rawValue) == theirs, "\(label)")
        case (let ours as Bool, let theirs as Bool): #expect(ours == theirs, "\(label)")
        case (let ours as String, let theirs as String): #expect(ours == theirs, "\(label)")
        case (let ours as any BinaryInteger, let theirs as Int): #expect(Int(ours) == theirs, "\(label)")
        case (let ours as [any WireStruct], let theirs as [[String: Any]]):
            #expect(ours.count == theirs.count, "\(label)")
            return try zip(ours, theirs).reduce(0) { try $0 + compare($1.0, $1.1, label) }
        case (_, is NSNull):
            // What null stands for in a struct that has a default instead: "", [] or the wire's −1.
            guard Mirror(reflecting: ours).displayStyle == .optional else { return 0 }
            #expect(Mirror(reflecting: ours).children.isEmpty, "\(label) is \(ours)")
        default: return 0
        }
        return 1
    }
}
