/// How bytes of keys and values are read.
package enum PayloadFormat: String, Sendable, CaseIterable {
    /// Found out for every message: offsets and transaction records, text and JSON, MessagePack, UUIDs, numbers of keys, else hex.
    case automatic
    case text, json, hex
    /// A whole number of 1, 2, 4 or 8 bytes, big-endian as Java's serializers write it.
    case number
    /// The same without a sign.
    case unsigned
    /// A floating-point number of 4 or 8 bytes, big-endian.
    case float
    case uuid, base64
    case messagepack
    /// Records of `__consumer_offsets`.
    case offsets
    /// Records of `__transaction_state`.
    case transactions
}

/// How the messages of a topic are shown, as somebody chose it.
package struct PayloadFormats: Sendable, Equatable {
    package var key = PayloadFormat.automatic
    package var value = PayloadFormat.automatic
    /// Fields of JSON values that have columns of their own, such as `user.id`; at most `DashboardLimits.fields`.
    package var fields: [String] = []

    /// Found out for every message.
    package init() {}
}

/// Bytes as a format reads them.
enum DecodedPayload: Equatable {
    case text(String)
    /// JSON, as stored or made from MessagePack or an offsets record.
    case json(String)
    /// Not readable in this format; shown as hex, with the reason.
    case bytes(String)
}

extension Payload {
    /// What a format makes of bytes.
    static func decode(
        _ bytes: [UInt8], _ format: PayloadFormat, _ message: ReadMessage, isKey: Bool
    ) -> (DecodedPayload, PayloadFormat) {
        switch told(format, message) {
        case .automatic: return found(bytes, message, isKey: isKey)
        case .text:
            return (String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .bytes("not text"), format)
        case .json:
            guard let text = String(validating: bytes, as: UTF8.self), JSONReader.values(at: [], in: bytes) != nil
            else {
                return (.bytes("not JSON"), format)
            }
            return (.json(text), format)
        case .hex: return (.bytes(""), format)
        case .number: return (number(bytes).map { .text(String($0)) } ?? .bytes("not a number"), format)
        case .unsigned: return (unsigned(bytes).map { .text(String($0)) } ?? .bytes("not a number"), format)
        case .float: return (float(bytes).map { .text($0) } ?? .bytes("not a floating-point number"), format)
        case .uuid: return (uuid(bytes).map { .text($0) } ?? .bytes("not a UUID"), format)
        case .base64: return (.text(base64(bytes)), format)
        case .messagepack:
            return (MessagePackText.json(bytes).map { .json($0) } ?? .bytes("not MessagePack"), format)
        case .offsets:
            let text = isKey ? OffsetsRecordText.key(bytes) : OffsetsRecordText.value(bytes, key: message.key)
            return (text.map { .json($0) } ?? .bytes("not an offsets record"), format)
        case .transactions:
            let text = isKey ? TransactionRecordText.key(bytes) : TransactionRecordText.value(bytes)
            return (text.map { .json($0) } ?? .bytes("not a transaction record"), format)
        }
    }

    private static func found(
        _ bytes: [UInt8], _ message: ReadMessage, isKey: Bool
    ) -> (DecodedPayload, PayloadFormat) {
        guard message.maskedBy.isEmpty else { return foundText(bytes) ?? (.bytes("not text"), .hex) }
        if message.topic == "__transaction_state" { return decode(bytes, .transactions, message, isKey: isKey) }
        if message.topic == "__consumer_offsets" { return decode(bytes, .offsets, message, isKey: isKey) }
        if let found = foundText(bytes) { return found }
        if let first = bytes.first, MessagePackText.opensContainer(first), let json = MessagePackText.json(bytes) {
            return (.json(json), .messagepack)
        }
        if bytes.count == 16, bytes[8] & 0xC0 == 0x80, (1...8).contains(bytes[6] >> 4), let uuid = uuid(bytes) {
            return (.text(uuid), .uuid)
        }
        if isKey, bytes.count == 4 || bytes.count == 8, let number = number(bytes) {
            return (.text("\(number)"), .number)
        }
        return (.bytes("not text"), .hex)
    }

    private static func foundText(_ bytes: [UInt8]) -> (DecodedPayload, PayloadFormat)? {
        text(bytes).map { isStartOfJSON(bytes) ? (.json($0), .json) : (.text($0), .text) }
    }

    /// Why each format that is tried by itself does not read bytes; empty when one does, or one was chosen that does.
    static func refusals(_ bytes: [UInt8], _ format: PayloadFormat, _ message: ReadMessage, isKey: Bool) -> [String] {
        guard message.maskedBy.isEmpty, !bytes.isEmpty else { return [] }
        let (decoded, _) = decode(bytes, format, message, isKey: isKey)
        guard format == .automatic else {
            guard case .bytes(let why) = decoded, !why.isEmpty else { return [] }
            return [why]
        }
        guard case .bytes = decoded else {
            guard isStartOfJSON(bytes), let place = JSONReader.problem(in: bytes) else { return [] }
            return ["not JSON: line \(place.line), column \(place.column)"]
        }
        if message.topic == "__transaction_state" { return ["not a transaction record"] }
        if message.topic == "__consumer_offsets" { return ["not an offsets record"] }
        var refusals = [notText(bytes), notMessagePack(bytes)]
        refusals.append(bytes.count == 16 ? "not a UUID: its version or variant is none" : "not a UUID: 16 bytes")
        if isKey { refusals.append("not a number: 4 or 8 bytes") }
        return refusals
    }

    private static func notText(_ bytes: [UInt8]) -> String {
        var valid = 0
        var rest = bytes[...]
        // What is before the first byte that is no text: as many bytes as are valid UTF-8.
        while let length = rest.first.map(sequence), length > 0, length <= rest.count,
            String(validating: rest.prefix(length), as: UTF8.self) != nil, !isControl(rest.first ?? 0)
        {
            valid += length
            rest = rest.dropFirst(length)
        }
        guard let byte = rest.first else { return "not text" }
        return "not text: byte \(hex([byte])) at \(valid)"
    }

    private static func sequence(_ first: UInt8) -> Int {
        first < 0x80 ? 1 : first < 0xC0 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    }

    private static func notMessagePack(_ bytes: [UInt8]) -> String {
        guard let first = bytes.first, MessagePackText.opensContainer(first) else {
            return "not MessagePack: byte \(hex(Array(bytes.prefix(1)))) begins no map or array"
        }
        return "not MessagePack: its map or array ends early or is followed by more"
    }

    /// What is hidden is text, whatever the rest of the topic is.
    static func told(_ format: PayloadFormat, _ message: ReadMessage) -> PayloadFormat {
        message.maskedBy.isEmpty ? format : .automatic
    }

    static func isStartOfJSON(_ bytes: [UInt8]) -> Bool {
        let first = bytes.first { $0 > 0x20 }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// What filters search in: decoded text where a format decodes, else the bytes as stored.
    static func searchable(
        _ bytes: [UInt8]?, _ format: PayloadFormat, _ message: ReadMessage, isKey: Bool
    ) -> [UInt8]? {
        guard let bytes, !bytes.isEmpty else { return bytes }
        switch told(format, message) {
        case .text, .json, .hex: return bytes
        // The usual case must not be decoded for every message of a scan.
        case .automatic where bytes[0] >= 0x20 && bytes[0] < 0x80: return bytes
        default:
            switch decode(bytes, format, message, isKey: isKey).0 {
            case .text(let text), .json(let text): return Array(text.utf8)
            case .bytes: return bytes
            }
        }
    }

    private static func number(_ bytes: [UInt8]) -> Int64? {
        guard [1, 2, 4, 8].contains(bytes.count), let first = bytes.first else { return nil }
        return bytes.dropFirst().reduce(Int64(Int8(bitPattern: first))) { $0 << 8 | Int64($1) }
    }

    private static func unsigned(_ bytes: [UInt8]) -> UInt64? {
        [1, 2, 4, 8].contains(bytes.count) ? bytes.reduce(0) { $0 << 8 | UInt64($1) } : nil
    }

    private static func float(_ bytes: [UInt8]) -> String? {
        guard let bits = unsigned(bytes) else { return nil }
        switch bytes.count {
        case 4: return "\(Float(bitPattern: UInt32(bits)))"
        case 8: return "\(Double(bitPattern: bits))"
        default: return nil
        }
    }

    private static func uuid(_ bytes: [UInt8]) -> String? {
        guard bytes.count == 16 else { return nil }
        let digits = hex(bytes)
        var parts: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }

    /// RFC 4648, with padding.
    static func base64(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0..<4 {
                text.append(index <= group.count ? letters[Int(bits >> UInt32(18 - 6 * index) & 63)] : "=")
            }
        }
        return text
    }
}
