import NIOCore

/// Decompresses one LZ4 block.
enum LZ4BlockDecompressor {
    /// Returns the bytes written, or nil when the block is malformed or does not fit into `output`.
    static func decompress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
        var from = 0
        var to = 0
        while from < input.count {
            let token = input[from]
            from += 1
            guard let literals = length(Int(token >> 4), input, &from), literals <= input.count - from,
                literals <= output.count - to
            else { return nil }
            ByteCopy.copy(from: input, from, to: output, to, literals)
            from += literals
            to += literals
            // Only the last sequence ends after its literals.
            if from == input.count { return to }
            guard input.count - from >= 2 else { return nil }
            let offset = Int(input[from]) | Int(input[from + 1]) << 8
            from += 2
            guard offset > 0, offset <= to, let more = length(Int(token & 15), input, &from) else { return nil }
            let match = more + 4
            guard match <= output.count - to else { return nil }
            ByteCopy.repeating(output, at: to, offset: offset, count: match)
            to += match
        }
        return nil
    }

    /// A length nibble, continued while bytes are 255.
    @inline(__always)
    private static func length(_ nibble: Int, _ input: UnsafeRawBufferPointer, _ from: inout Int) -> Int? {
        guard nibble == 15 else { return nibble }
        var length = 15
        while from < input.count {
            let byte = input[from]
            from += 1
            length += Int(byte)
            if byte != 255 { return length }
        }
        return nil
    }
}

/// Compresses LZ4 blocks of at most 64 KiB by looking for the last occurrence of four bytes.
struct LZ4BlockCompressor {
    private static let hashBits = 13
    /// The format's rules: the last five bytes are literals, and no match starts within the last twelve.
    private static let lastLiterals = 5
    private static let matchLimit = 12
    private var table = [UInt16](repeating: 0, count: 1 << hashBits)

    /// Appends the compressed block and returns its size; nil, with nothing appended, when it would not be smaller.
    mutating func compress(_ input: UnsafeRawBufferPointer, into frame: inout ByteBuffer) -> Int? {
        let written: Int = frame.writeWithUnsafeMutableBytes(minimumWritableBytes: input.count) { space in
            let output = UnsafeMutableRawBufferPointer(rebasing: space[..<input.count])
            return table.withUnsafeMutableBufferPointer { table in
                table.update(repeating: 0)
                return Self.compress(input, output, table) ?? 0
            }
        }
        return written > 0 ? written : nil
    }

    private static func compress(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer,
        _ table: UnsafeMutableBufferPointer<UInt16>
    ) -> Int? {
        var out = BoundedOutput(output)
        var anchor = 0
        var at = 1
        while at + matchLimit <= input.count {
            let word = ByteCopy.word(input, at)
            let slot = Int((word &* 2_654_435_761) >> UInt32(32 - hashBits))
            let candidate = Int(table[slot])
            table[slot] = UInt16(truncatingIfNeeded: at)
            guard candidate < at, ByteCopy.word(input, candidate) == word else {
                // Data that does not compress is passed over ever faster.
                at += 1 + (at - anchor) >> 6
                continue
            }
            let length = ByteCopy.common(input, candidate + 4, at + 4, until: input.count - lastLiterals) + 4
            sequence(&out, input, anchor..<at, offset: at - candidate, match: length)
            at += length
            anchor = at
        }
        lastSequence(&out, input, anchor..<input.count)
        return out.overflowed || out.count >= input.count ? nil : out.count
    }

    private static func sequence(
        _ out: inout BoundedOutput, _ input: UnsafeRawBufferPointer, _ literals: Range<Int>, offset: Int, match: Int
    ) {
        out.append(UInt8(min(literals.count, 15) << 4 | min(match - 4, 15)))
        length(&out, literals.count)
        out.append(input, literals)
        out.append(UInt8(truncatingIfNeeded: offset))
        out.append(UInt8(truncatingIfNeeded: offset >> 8))
        length(&out, match - 4)
    }

    private static func lastSequence(
        _ out: inout BoundedOutput, _ input: UnsafeRawBufferPointer, _ literals: Range<Int>
    ) {
        out.append(UInt8(min(literals.count, 15) << 4))
        length(&out, literals.count)
        out.append(input, literals)
    }

    private static func length(_ out: inout BoundedOutput, _ value: Int) {
        guard value >= 15 else { return }
        var rest = value - 15
        while rest >= 255 {
            out.append(255)
            rest -= 255
        }
        out.append(UInt8(rest))
    }
}
