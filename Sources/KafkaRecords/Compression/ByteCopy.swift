/// The few byte movements that both of Klamm's own codecs are made of. Callers have checked the bounds.
enum ByteCopy {
    @inline(__always)
    static func copy(
        from: UnsafeRawBufferPointer, _ start: Int, to: UnsafeMutableRawBufferPointer, _ target: Int, _ count: Int
    ) {
        guard count > 0, let source = from.baseAddress, let destination = to.baseAddress else { return }
        (destination + target).copyMemory(from: source + start, byteCount: count)
    }

    /// Writes `count` bytes at `at` that repeat what lies `offset` bytes before; the two may overlap.
    @inline(__always)
    static func repeating(_ bytes: UnsafeMutableRawBufferPointer, at: Int, offset: Int, count: Int) {
        guard let base = bytes.baseAddress else { return }
        if offset >= count {
            (base + at).copyMemory(from: base + at - offset, byteCount: count)
            return
        }
        for index in at..<(at + count) {
            base.storeBytes(
                of: base.load(fromByteOffset: index - offset, as: UInt8.self), toByteOffset: index, as: UInt8.self)
        }
    }

    @inline(__always)
    static func word(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))
    }

    /// How many bytes from `a` and from `b` on are the same, looking no further than `until` for `b`, the later one.
    @inline(__always)
    static func common(_ bytes: UnsafeRawBufferPointer, _ a: Int, _ b: Int, until: Int) -> Int {
        var count = 0
        while b + count + 8 <= until {
            let difference =
                bytes.loadUnaligned(fromByteOffset: a + count, as: UInt64.self)
                ^ bytes.loadUnaligned(fromByteOffset: b + count, as: UInt64.self)
            if difference != 0 { return count + UInt64(littleEndian: difference).trailingZeroBitCount / 8 }
            count += 8
        }
        while b + count < until, bytes[a + count] == bytes[b + count] { count += 1 }
        return count
    }
}

/// Bytes appended to a space that is not to be passed; what does not fit is dropped and remembered.
struct BoundedOutput {
    private let space: UnsafeMutableRawBufferPointer
    private(set) var count = 0
    private(set) var overflowed = false

    init(_ space: UnsafeMutableRawBufferPointer) { self.space = space }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        guard count < space.count else { return overflowed = true }
        space[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        guard range.count <= space.count - count else { return overflowed = true }
        ByteCopy.copy(from: bytes, range.lowerBound, to: space, count, range.count)
        count += range.count
    }
}
