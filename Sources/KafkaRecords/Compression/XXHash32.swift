/// The 32-bit xxHash that guards LZ4 frame headers and blocks.
enum XXHash32 {
    private static let prime1: UInt32 = 0x9E37_79B1
    private static let prime2: UInt32 = 0x85EB_CA77
    private static let prime3: UInt32 = 0xC2B2_AE3D
    private static let prime4: UInt32 = 0x27D4_EB2F
    private static let prime5: UInt32 = 0x1656_67B1

    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var position = 0
        var hash: UInt32
        if bytes.count >= 16 {
            var lanes = (prime1 &+ prime2, prime2, UInt32(0), 0 &- prime1)
            while position + 16 <= bytes.count {
                lanes.0 = round(lanes.0, word(bytes, position))
                lanes.1 = round(lanes.1, word(bytes, position + 4))
                lanes.2 = round(lanes.2, word(bytes, position + 8))
                lanes.3 = round(lanes.3, word(bytes, position + 12))
                position += 16
            }
            hash = rotate(lanes.0, 1) &+ rotate(lanes.1, 7) &+ rotate(lanes.2, 12) &+ rotate(lanes.3, 18)
        } else {
            hash = prime5
        }
        hash &+= UInt32(truncatingIfNeeded: bytes.count)
        while position + 4 <= bytes.count {
            hash = rotate(hash &+ word(bytes, position) &* prime3, 17) &* prime4
            position += 4
        }
        while position < bytes.count {
            hash = rotate(hash &+ UInt32(bytes[position]) &* prime5, 11) &* prime1
            position += 1
        }
        hash = (hash ^ (hash >> 15)) &* prime2
        hash = (hash ^ (hash >> 13)) &* prime3
        return hash ^ (hash >> 16)
    }

    private static func round(_ lane: UInt32, _ word: UInt32) -> UInt32 {
        rotate(lane &+ word &* prime2, 13) &* prime1
    }

    private static func rotate(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
    }
}
