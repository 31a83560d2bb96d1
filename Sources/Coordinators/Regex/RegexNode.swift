/// A regular expression as a tree.
indirect enum RegexNode {
    case empty
    case byte(ByteSet)
    case assert(RegexAssertion)
    case sequence([RegexNode])
    case choice([RegexNode])
    /// `most` nil: without end.
    case repetition(RegexNode, least: Int, most: Int?)
}

/// A condition on the place between two bytes.
enum RegexAssertion {
    case start, end, wordBoundary, noWordBoundary

    func holds(_ bytes: [UInt8], at position: Int) -> Bool {
        func isWord(_ index: Int) -> Bool { bytes.indices.contains(index) && ByteSet.word.contains(bytes[index]) }
        return switch self {
        case .start: position == 0
        case .end: position == bytes.count
        case .wordBoundary: isWord(position - 1) != isWord(position)
        case .noWordBoundary: isWord(position - 1) == isWord(position)
        }
    }
}

/// A set of bytes; topic names are ASCII.
struct ByteSet: Sendable, Equatable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ bytes: some Sequence<UInt8> = []) { for byte in bytes { insert(byte) } }

    func contains(_ byte: UInt8) -> Bool {
        byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }

    mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else if byte < 128 { high |= 1 << UInt64(byte - 64) }
    }

    mutating func formUnion(_ other: ByteSet) {
        low |= other.low
        high |= other.high
    }

    var inverted: ByteSet {
        var result = self
        result.low = ~low
        result.high = ~high
        return result
    }

    /// With the other case of every letter.
    var ignoringCase: ByteSet {
        var result = self
        for byte in UInt8(ascii: "a")...UInt8(ascii: "z") where contains(byte) || contains(byte - 32) {
            result.insert(byte)
            result.insert(byte - 32)
        }
        return result
    }

    static let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
    static let lower = ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z"))
    static let upper = ByteSet(UInt8(ascii: "A")...UInt8(ascii: "Z"))
    static let letters = lower.union(upper)
    static let word = letters.union(digits).union(ByteSet([UInt8(ascii: "_")]))
    static let space = ByteSet("\t\n\u{0C}\r ".utf8)
    /// Printing characters that are neither letters nor digits.
    static let punctuation = ByteSet((33...126).filter { !letters.union(digits).contains($0) })
    static let newline = ByteSet([UInt8(ascii: "\n")])

    func union(_ other: ByteSet) -> ByteSet {
        var result = self
        result.formUnion(other)
        return result
    }
}
