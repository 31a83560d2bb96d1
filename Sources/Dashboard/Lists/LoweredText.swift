/// A text in lower case as bytes, to be searched where very many texts are: a string is searched by its characters, which
/// takes ten times as long.
struct LoweredText {
    private(set) var bytes: [UInt8] = []

    /// No text.
    init() {}

    init(_ text: String) { append(text) }

    /// Takes another text, in the room of the one before.
    mutating func set(_ text: String) {
        bytes.removeAll(keepingCapacity: true)
        append(text)
    }

    mutating func append(_ part: String) {
        // Beyond ASCII a letter may have another length in lower case.
        guard part.utf8.allSatisfy({ $0 < 0x80 }) else { return bytes.append(contentsOf: part.lowercased().utf8) }
        for byte in part.utf8 { bytes.append(byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte) }
    }

    func contains(_ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first else { return true }
        guard bytes.count >= wanted.count else { return false }
        return (0...bytes.count - wanted.count).contains { start in
            bytes[start] == first && bytes[start..<start + wanted.count].elementsEqual(wanted)
        }
    }

    /// Whether letters occur in this order.
    func contains(inOrder letters: [UInt8]) -> Bool {
        var next = 0
        for byte in bytes where next < letters.count && byte == letters[next] { next += 1 }
        return next == letters.count
    }
}
