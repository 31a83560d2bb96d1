/// Copying through the terminal (OSC 52), which works over ssh and needs no helper program.
enum Clipboard {
    /// The bytes to send; nil when the text is too long.
    static func sequence(for text: String) -> [UInt8]? {
        guard text.utf8.count <= TerminalLimits.copied else { return nil }
        return Array("\u{1b}]52;c;".utf8) + base64(Array(text.utf8)) + [7]
    }

    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var encoded: [UInt8] = []
        encoded.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for position in 0..<4 {
                encoded.append(position <= group.count ? letters[bits >> (18 - 6 * position) & 63] : UInt8(ascii: "="))
            }
        }
        return encoded
    }
}
