import FoundationEssentials
import KafkaClient
import KafkaProtocol
import KafkaRecords
import NIOCore

/// A record as a line of JSON: as `klamm consume --output json` prints it, as the dashboard saves it, and as
/// `klamm produce --json` reads it. Bytes that are no text stand as `{"hex":"00ff"}`.
struct RecordLine: Decodable {
    /// Text, hex, or nothing.
    struct Bytes: Decodable {
        private struct Hex: Decodable {
            let hex: String
        }

        let buffer: ByteBuffer

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                buffer = ByteBuffer(string: text)
                return
            }
            let digits = try container.decode(Hex.self).hex
            guard let hex = HexBytes(argument: digits.filter { $0 != " " }) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "`\(digits)` is not hex")
            }
            buffer = ByteBuffer(bytes: hex.bytes)
        }
    }

    struct Header: Decodable {
        let key: String
        let value: Bytes?
    }

    let key: Bytes?
    let value: Bytes?
    let headers: [Header]?
    let partition: Int32?
    let timestamp: Int64?

    /// Reads a line.
    ///
    /// - Throws: `ClientError.invalid` that names the line by its number.
    static func read(_ line: [UInt8], number: Int) throws -> RecordLine {
        do {
            return try JSONDecoder().decode(RecordLine.self, from: Data(line))
        } catch DecodingError.dataCorrupted(let context) {
            throw ClientError.invalid("line \(number) is no record in JSON: \(context.debugDescription)")
        } catch {
            throw ClientError.invalid("line \(number) is no record in JSON")
        }
    }

    /// Bytes as `read` takes them.
    static func json(_ buffer: ByteBuffer?) -> JSON {
        guard let bytes = buffer?.readableBytesView else { return .null }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return ["hex": .string(hex)]
        }
        return .string(text)
    }
}
