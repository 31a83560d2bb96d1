import TerminalUI

/// Keys and values as a person can read them.
enum Payload {
    /// One line: text as it is, `(null)`, `""`, or hex when it is not text.
    static func line(
        _ bytes: [UInt8]?, _ format: PayloadFormat = .automatic, _ message: ReadMessage, isKey: Bool
    ) -> StyledText {
        guard let bytes else { return StyledText("(null)", .muted) }
        if bytes.isEmpty { return StyledText("\"\"", .muted) }
        let (shown, format) = start(of: bytes, told(format, message))
        switch decode(shown, format, message, isKey: isKey).0 {
        case .text(let text): return StyledText(flat(text))
        case .json(let text): return isKey ? StyledText(flat(text)) : JSONText.coloured(flat(text))
        case .bytes(let why): return hexLine(bytes, why)
        }
    }

    /// Of long text only what a line may show is decoded.
    private static func start(of bytes: [UInt8], _ format: PayloadFormat) -> ([UInt8], PayloadFormat) {
        guard [.automatic, .text, .json].contains(format), bytes.count > 2 * DashboardLimits.lineBytes,
            bytes[0] >= 0x20,
            bytes[0] < 0x80
        else { return (bytes, format) }
        var cut = Array(bytes.prefix(2 * DashboardLimits.lineBytes))
        while let last = cut.last, last & 0xC0 == 0x80 { cut.removeLast() }
        if let last = cut.last, last >= 0xC0 { cut.removeLast() }
        return (cut, .automatic)
    }

    private static func hexLine(_ bytes: [UInt8], _ why: String) -> StyledText {
        let shown = bytes.prefix(14).map { byte in hex([byte]) }.joined(separator: " ")
        let more = bytes.count > 14 ? " …" : ""
        return StyledText(
            "hex \(shown)\(more)  (\(bytes.count) bytes\(why.isEmpty ? "" : ", \(why)"))", .muted)
    }

    /// Text on one line: line breaks and tabs as blanks, other control characters as dots.
    static func flat(_ text: String, limit: Int = DashboardLimits.lineBytes) -> String {
        String(
            text.prefix(limit).map { character in
                if character.isNewline || character == "\t" { return " " }
                return (character.unicodeScalars.first?.value ?? 0x20) < 0x20 ? "·" : character
            })
    }

    /// The text of bytes, or nil when they are not text: control characters other than line breaks, tabs and escape are
    /// a sign of binary data.
    static func text(_ bytes: [UInt8]) -> String? {
        let control = bytes.prefix(DashboardLimits.lineBytes).contains(where: isControl)
        return control ? nil : String(validating: bytes, as: UTF8.self)
    }

    /// Whether a byte is a sign of binary data.
    static func isControl(_ byte: UInt8) -> Bool {
        byte < 0x20 && byte != 0x0A && byte != 0x09 && byte != 0x0D && byte != 0x1B
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
