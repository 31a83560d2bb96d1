import TerminalUI

/// Keys and values as a person can read them.
enum Payload {
    /// Bytes of a value looked at for one line: no row shows more.
    static let lineBytes = 2_000

    /// One line: text as it is, `(null)`, `""`, or hex when it is not text.
    static func line(_ bytes: [UInt8]?, json: Bool = false) -> StyledText {
        guard let bytes else { return StyledText("(null)", .muted) }
        if bytes.isEmpty { return StyledText("\"\"", .muted) }
        guard let text = text(bytes) else {
            let shown = bytes.prefix(14).map { byte in hex([byte]) }.joined(separator: " ")
            return StyledText("hex \(shown)  (\(bytes.count) bytes, not text)", .muted)
        }
        let flat = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        return json && (flat.first == "{" || flat.first == "[") ? JSONText.coloured(flat) : StyledText(flat)
    }

    /// The text of bytes, or nil when they are not text. A cut character at the end is forgiven.
    static func text(_ bytes: [UInt8]) -> String? {
        var cut = Array(bytes.prefix(lineBytes))
        for _ in 0..<4 {
            if let text = String(validating: cut, as: UTF8.self) {
                let control = text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" && $0 != "\r" }
                return control ? nil : text
            }
            guard bytes.count > lineBytes, !cut.isEmpty else { return nil }
            cut.removeLast()
        }
        return nil
    }

    /// Bytes as hex digits without blanks.
    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        var text = ""
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }

    /// Sixteen bytes a line: offset, hex, text.
    static func dump(_ bytes: [UInt8]) -> [StyledText] {
        stride(from: 0, to: min(bytes.count, 65_536), by: 16).map { start in
            let row = bytes[start..<min(start + 16, bytes.count)]
            let hexes = row.map { hex([$0]) }.joined(separator: " ").padded(to: 48)
            let text = String(row.map { $0 >= 0x20 && $0 < 0x7F ? Character(Unicode.Scalar($0)) : "·" })
            let offset = hex([UInt8(start >> 8 & 0xFF), UInt8(start & 0xFF)])
            return StyledText("\(offset)  ", .muted) + StyledText("\(hexes) ") + StyledText(text, .jsonString)
        }
    }

    /// Hex digits as bytes; nil when they are none.
    static func bytes(hex text: String) -> [UInt8]? {
        let digits = text.filter { $0 != " " }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        var rest = Substring(digits)
        while let pair = rest.isEmpty ? nil : rest.prefix(2) {
            guard let byte = UInt8(pair, radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
