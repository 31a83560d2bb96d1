import NIOCore

/// The hash by which Java clients spread keyed records over partitions (32-bit MurmurHash 2 with Kafka's seed).
package enum Murmur2 {
    package static func hash(_ key: ByteBuffer) -> Int32 {
        key.withUnsafeReadableBytes { bytes in
            let multiplier: UInt32 = 0x5bd1_e995
            var hash = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
            var position = 0
            while position + 4 <= bytes.count {
                var word = ByteCopy.word(bytes, position) &* multiplier
                word ^= word >> 24
                hash = (hash &* multiplier) ^ (word &* multiplier)
                position += 4
            }
            if position < bytes.count {
                for index in (position..<bytes.count).reversed() {
                    hash ^= UInt32(bytes[index]) << UInt32(8 * (index - position))
                }
                hash = hash &* multiplier
            }
            hash ^= hash >> 13
            hash = hash &* multiplier
            return Int32(bitPattern: hash ^ (hash >> 15))
        }
    }

    /// The partition of a keyed record among all `count` partitions, with or without leader; 0 when there are none.
    package static func partition(key: ByteBuffer, count: Int32) -> Int32 {
        count > 0 ? (hash(key) & Int32.max) % count : 0
    }
}
