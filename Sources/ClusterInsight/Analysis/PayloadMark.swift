/// What an analysis keeps of a key or value: how long it is, and a hash by which equal ones are known again.
package struct PayloadMark: Sendable, Equatable {
    /// Bytes.
    package let size: Int
    /// The same for the same bytes; not meant to stand against somebody who looks for bytes with equal hashes.
    package let hash: UInt64

    /// The mark of some bytes.
    package init(_ bytes: UnsafeRawBufferPointer) {
        size = bytes.count
        // Far from the small words that short bytes are, so that a length and a word do not make up for each other.
        var state = UInt64(bytes.count) &* 0xD6E8_FEB8_6659_FD93
        var at = 0
        while at + 8 <= bytes.count {
            state = Self.mixed(state, bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self).littleEndian)
            at += 8
        }
        let rest = bytes[at...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        hash = Self.spread(Self.mixed(state, rest))
    }

    /// The mark of some bytes.
    package init(_ bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { PayloadMark($0) }
    }

    /// Each step can be undone, so that no two states become one.
    private static func mixed(_ state: UInt64, _ word: UInt64) -> UInt64 {
        let product = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
        return product ^ product >> 32
    }

    /// Makes every bit depend on every other (the last steps of SplitMix64).
    private static func spread(_ state: UInt64) -> UInt64 {
        var state = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        state = (state ^ state >> 27) &* 0x94D0_49BB_1331_11EB
        return state ^ state >> 31
    }
}
