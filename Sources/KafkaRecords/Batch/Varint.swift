import NIOCore

/// The zigzag variable-length integers inside of record batches (Protocol Buffers' `sint32` and `sint64`).
package enum Varint {
    /// Reads a varlong of at most ten bytes and moves `position` past it; nil when it is cut off or too long.
    @inline(__always)
    static func read64(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Int64? {
        guard position < bytes.count else { return nil }
        let first = bytes[position]
        if first < 0x80 {
            position += 1
            return decode(UInt64(first))
        }
        var raw = UInt64(first & 0x7f)
        var shift: UInt64 = 7
        var index = position + 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            // The tenth byte has room for the one bit that is left.
            if shift == 63 && byte > 1 { return nil }
            raw |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                position = index
                return decode(raw)
            }
            shift += 7
            if shift > 63 { return nil }
        }
        return nil
    }

    /// Reads a varint of at most five bytes and moves `position` past it; nil when it is cut off or too long.
    @inline(__always)
    static func read32(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Int32? {
        var index = position
        guard let wide = read64(bytes, &index), index - position <= 5, let narrow = Int32(exactly: wide) else {
            return nil
        }
        position = index
        return narrow
    }

    @inline(__always)
    private static func decode(_ raw: UInt64) -> Int64 {
        Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    /// The bytes that `value` takes.
    package static func size(_ value: Int64) -> Int {
        let bits = 64 - zigzag(value).leadingZeroBitCount
        return max(1, (bits + 6) / 7)
    }

    private static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

    /// Appends `value`.
    package static func write(_ value: Int64, to buffer: inout ByteBuffer) {
        var rest = zigzag(value)
        while rest >= 0x80 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(truncatingIfNeeded: rest))
    }
}
