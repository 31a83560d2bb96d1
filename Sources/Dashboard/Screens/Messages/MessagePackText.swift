import TerminalUI

/// MessagePack as JSON text (the MessagePack specification, github.com/msgpack/msgpack/blob/master/spec.md). Binary and
/// extension data, which JSON has not, stand as hex in strings.
enum MessagePackText {
    private struct Malformed: Error {}

    /// Whether a first byte opens a map or an array, the only values taken for MessagePack without being told.
    static func opensContainer(_ byte: UInt8) -> Bool { (0x80...0x9F).contains(byte) || (0xDC...0xDF).contains(byte) }

    /// The one value the bytes hold; nil when they are something else or more.
    static func json(_ bytes: [UInt8]) -> String? {
        var reader = Reader(rest: bytes[...])
        var text = ""
        guard (try? reader.value(&text, depth: 0)) != nil, reader.rest.isEmpty else { return nil }
        return text
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func bytes(_ count: Int) throws -> ArraySlice<UInt8> {
            guard count >= 0, count <= rest.count else { throw Malformed() }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }

        mutating func unsigned(_ count: Int) throws -> UInt64 {
            try bytes(count).reduce(0) { $0 << 8 | UInt64($1) }
        }

        mutating func count(_ bytes: Int) throws -> Int { Int(clamping: try unsigned(bytes)) }

        mutating func value(_ text: inout String, depth: Int) throws {
            guard depth <= DashboardLimits.nesting, let first = rest.popFirst() else { throw Malformed() }
            switch first {
            case 0x00...0x7F: text += String(first)
            case 0x80...0x8F: try map(Int(first & 0x0F), &text, depth)
            case 0x90...0x9F: try array(Int(first & 0x0F), &text, depth)
            case 0xA0...0xBF: try string(Int(first & 0x1F), &text)
            case 0xC0: text += "null"
            case 0xC2: text += "false"
            case 0xC3: text += "true"
            case 0xC4, 0xC5, 0xC6: try binary(count(1 << Int(first - 0xC4)), &text)
            case 0xC7, 0xC8, 0xC9: try extended(count(1 << Int(first - 0xC7)), &text)
            case 0xCA: number(Double(Float(bitPattern: UInt32(try unsigned(4)))), &text)
            case 0xCB: number(Double(bitPattern: try unsigned(8)), &text)
            case 0xCC...0xCF: text += String(try unsigned(1 << Int(first - 0xCC)))
            case 0xD0: text += String(Int8(bitPattern: UInt8(try unsigned(1))))
            case 0xD1: text += String(Int16(bitPattern: UInt16(try unsigned(2))))
            case 0xD2: text += String(Int32(bitPattern: UInt32(try unsigned(4))))
            case 0xD3: text += String(Int64(bitPattern: try unsigned(8)))
            case 0xD4...0xD8: try extended(1 << Int(first - 0xD4), &text)
            case 0xD9, 0xDA, 0xDB: try string(count(1 << Int(first - 0xD9)), &text)
            case 0xDC, 0xDD: try array(count(2 << Int(first - 0xDC)), &text, depth)
            case 0xDE, 0xDF: try map(count(2 << Int(first - 0xDE)), &text, depth)
            case 0xE0...0xFF: text += String(Int8(bitPattern: first))
            default: throw Malformed()
            }
        }

        private func number(_ value: Double, _ text: inout String) {
            text += value.isFinite ? String(value) : JSONText.quoted(String(value))
        }

        private mutating func string(_ length: Int, _ text: inout String) throws {
            guard let string = String(validating: try bytes(length), as: UTF8.self) else { throw Malformed() }
            text += JSONText.quoted(string)
        }

        private mutating func binary(_ length: Int, _ text: inout String) throws {
            text += "\"hex \(Payload.hex(Array(try bytes(length))))\""
        }

        private mutating func extended(_ length: Int, _ text: inout String) throws {
            let type = Int8(bitPattern: UInt8(try unsigned(1)))
            text += "\"ext \(type) hex \(Payload.hex(Array(try bytes(length))))\""
        }

        private mutating func array(_ count: Int, _ text: inout String, _ depth: Int) throws {
            guard count <= rest.count else { throw Malformed() }
            text += "["
            for index in 0..<count {
                if index > 0 { text += "," }
                try value(&text, depth: depth + 1)
            }
            text += "]"
        }

        private mutating func map(_ count: Int, _ text: inout String, _ depth: Int) throws {
            guard count <= rest.count / 2 else { throw Malformed() }
            text += "{"
            for index in 0..<count {
                if index > 0 { text += "," }
                var key = ""
                try value(&key, depth: depth + 1)
                text += key.hasPrefix("\"") ? key : JSONText.quoted(key)
                text += ":"
                try value(&text, depth: depth + 1)
            }
            text += "}"
        }
    }
}
