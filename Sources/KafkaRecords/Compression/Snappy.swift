import NIOCore

/// Snappy in the two framings found in Kafka: that of snappy-java ("xerial": a header and length-prefixed blocks), which
/// is written here because every client reads it, and a bare block, which librdkafka writes.
enum Snappy {
    private static let magic: [UInt8] = [0x82, 0x53, 0x4E, 0x41, 0x50, 0x50, 0x59, 0x00]
    private static let chunk = 32 << 10

    static func compress(_ plain: ByteBuffer) -> ByteBuffer {
        var output = ByteBuffer()
        output.reserveCapacity(plain.readableBytes + plain.readableBytes / 6 + 64)
        output.writeBytes(magic)
        // The version, and the oldest version that may read it.
        output.writeInteger(Int32(1))
        output.writeInteger(Int32(1))
        plain.withUnsafeReadableBytes { bytes in
            var compressor = SnappyBlockCompressor()
            for start in stride(from: 0, to: bytes.count, by: chunk) {
                let block = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + chunk, bytes.count)])
                let sizeAt = output.writerIndex
                output.writeInteger(Int32(0))
                let size = compressor.compress(block, into: &output)
                output.setInteger(Int32(size), at: sizeAt)
            }
        }
        return output
    }

    static func decompress(_ bytes: ByteBuffer, limit: Int) throws -> ByteBuffer {
        var input = bytes
        var output = ByteBuffer()
        guard input.readableBytes >= 16, input.readableBytesView.starts(with: magic) else {
            try decompress(block: input, into: &output, limit: limit)
            return output
        }
        input.moveReaderIndex(forwardBy: 16)
        while input.readableBytes > 0 {
            guard let size = input.readInteger(as: Int32.self), size >= 0,
                let block = input.readSlice(length: Int(size))
            else { throw RecordsError.malformedCompression(.snappy) }
            try decompress(block: block, into: &output, limit: limit)
        }
        return output
    }

    private static func decompress(block: ByteBuffer, into output: inout ByteBuffer, limit: Int) throws {
        let malformed = RecordsError.malformedCompression(.snappy)
        var input = block
        let size = try declaredSize(&input)
        // An element of three bytes makes at most 64; a larger claim is a lie not to reserve memory for.
        guard size <= input.readableBytes * 64 else { throw malformed }
        guard size <= limit - output.readableBytes else { throw RecordsError.tooLarge(limit: limit) }
        try input.withUnsafeReadableBytes { source in
            _ = try output.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { space in
                let target = UnsafeMutableRawBufferPointer(rebasing: space[..<size])
                guard SnappyBlockDecompressor.decompress(source, into: target) else { throw malformed }
                return size
            }
        }
    }

    /// The uncompressed size before a block: a varint of at most 32 bits.
    private static func declaredSize(_ input: inout ByteBuffer) throws -> Int {
        var size: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 28, by: 7) {
            guard let byte = input.readInteger(as: UInt8.self) else { break }
            size |= UInt64(byte & 0x7f) << shift
            if byte < 0x80, size <= UInt64(UInt32.max) { return Int(size) }
        }
        throw RecordsError.malformedCompression(.snappy)
    }
}
