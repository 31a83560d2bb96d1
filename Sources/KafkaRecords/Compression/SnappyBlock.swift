import NIOCore

/// Decompresses the elements of one Snappy block (Snappy's format description).
enum SnappyBlockDecompressor {
    /// Fills `output` exactly; false when the elements are malformed or make more or fewer bytes.
    static func decompress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Bool {
        var from = 0
        var to = 0
        while from < input.count {
            let tag = Int(input[from])
            from += 1
            let length: Int
            let offset: Int
            switch tag & 3 {
            case 0:
                guard let literals = literalLength(tag >> 2, input, &from), literals <= input.count - from,
                    literals <= output.count - to
                else { return false }
                ByteCopy.copy(from: input, from, to: output, to, literals)
                from += literals
                to += literals
                continue
            case 1:
                guard from < input.count else { return false }
                length = (tag >> 2 & 7) + 4
                offset = (tag >> 5) << 8 | Int(input[from])
                from += 1
            case 2:
                guard let value = integer(input, &from, bytes: 2) else { return false }
                length = tag >> 2 + 1
                offset = value
            default:
                guard let value = integer(input, &from, bytes: 4) else { return false }
                length = tag >> 2 + 1
                offset = value
            }
            guard offset > 0, offset <= to, length <= output.count - to else { return false }
            ByteCopy.repeating(output, at: to, offset: offset, count: length)
            to += length
        }
        return to == output.count
    }

    /// The length of a literal: in the tag, or in one to four bytes after it.
    private static func literalLength(_ field: Int, _ input: UnsafeRawBufferPointer, _ from: inout Int) -> Int? {
        guard field >= 60 else { return field + 1 }
        return integer(input, &from, bytes: field - 59).map { $0 + 1 }
    }

    private static func integer(_ input: UnsafeRawBufferPointer, _ from: inout Int, bytes: Int) -> Int? {
        guard input.count - from >= bytes else { return nil }
        var value = 0
        for index in 0..<bytes { value |= Int(input[from + index]) << (8 * index) }
        from += bytes
        return value
    }
}

/// Compresses Snappy blocks of at most 64 KiB.
struct SnappyBlockCompressor {
    private static let hashBits = 13
    private var table = [UInt16](repeating: 0, count: 1 << hashBits)

    /// Appends the block with its declared size and returns the bytes appended.
    mutating func compress(_ input: UnsafeRawBufferPointer, into buffer: inout ByteBuffer) -> Int {
        // Literals take a tag and two length bytes for at most 64 KiB; copies are never longer than what they stand for.
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: input.count + input.count / 6 + 32) { space in
            table.withUnsafeMutableBufferPointer { table in
                table.update(repeating: 0)
                var out = BoundedOutput(space)
                Self.compress(input, &out, table)
                return out.count
            }
        }
    }

    private static func compress(
        _ input: UnsafeRawBufferPointer, _ out: inout BoundedOutput, _ table: UnsafeMutableBufferPointer<UInt16>
    ) {
        var size = input.count
        while size >= 0x80 {
            out.append(UInt8(truncatingIfNeeded: size) | 0x80)
            size >>= 7
        }
        out.append(UInt8(size))
        var anchor = 0
        var at = 1
        while at + 4 <= input.count {
            let word = ByteCopy.word(input, at)
            let slot = Int((word &* 2_654_435_761) >> UInt32(32 - hashBits))
            let candidate = Int(table[slot])
            table[slot] = UInt16(truncatingIfNeeded: at)
            guard candidate < at, ByteCopy.word(input, candidate) == word else {
                at += 1 + (at - anchor) >> 5
                continue
            }
            let length = ByteCopy.common(input, candidate + 4, at + 4, until: input.count) + 4
            literals(&out, input, anchor..<at)
            copies(&out, offset: at - candidate, length)
            at += length
            anchor = at
        }
        literals(&out, input, anchor..<input.count)
    }

    private static func literals(_ out: inout BoundedOutput, _ input: UnsafeRawBufferPointer, _ range: Range<Int>) {
        let field = range.count - 1
        switch field {
        case ..<0: return
        case ..<60: out.append(UInt8(field << 2))
        case ..<256:
            out.append(60 << 2)
            out.append(UInt8(field))
        default:
            out.append(61 << 2)
            out.append(UInt8(truncatingIfNeeded: field))
            out.append(UInt8(truncatingIfNeeded: field >> 8))
        }
        out.append(input, range)
    }

    /// Copies with two-byte offsets, each of at most 64 bytes.
    private static func copies(_ out: inout BoundedOutput, offset: Int, _ length: Int) {
        var rest = length
        while rest > 0 {
            let count = min(rest, 64)
            out.append(UInt8((count - 1) << 2 | 2))
            out.append(UInt8(truncatingIfNeeded: offset))
            out.append(UInt8(truncatingIfNeeded: offset >> 8))
            rest -= count
        }
    }
}
