import NIOCore

/// LZ4 frames as Kafka uses them: version 1, independent blocks, one frame (LZ4 frame format; KIP-57).
enum LZ4 {
    private static let magic: UInt32 = 0x184D_2204
    private static let blockSize = 64 << 10
    private static let storedBit: UInt32 = 1 << 31

    static func compress(_ plain: ByteBuffer) -> ByteBuffer {
        var frame = ByteBuffer()
        frame.reserveCapacity(plain.readableBytes + plain.readableBytes / 255 + 64)
        frame.writeInteger(magic, endianness: .little)
        // Version 1, independent blocks, no checksums; blocks of at most 64 KiB.
        let descriptor: [UInt8] = [0x60, 0x40]
        frame.writeBytes(descriptor)
        frame.writeInteger(UInt8(truncatingIfNeeded: descriptor.withUnsafeBytes(XXHash32.hash) >> 8))
        plain.withUnsafeReadableBytes { bytes in
            var compressor = LZ4BlockCompressor()
            for start in stride(from: 0, to: bytes.count, by: blockSize) {
                let block = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + blockSize, bytes.count)])
                let sizeAt = frame.writerIndex
                frame.writeInteger(UInt32(0))
                let size = compressor.compress(block, into: &frame)
                if let size {
                    frame.setInteger(UInt32(size), at: sizeAt, endianness: .little)
                } else {
                    frame.setInteger(UInt32(block.count) | storedBit, at: sizeAt, endianness: .little)
                    frame.writeBytes(block)
                }
            }
        }
        frame.writeInteger(UInt32(0))
        return frame
    }

    /// - Parameter checksHeader: false for message sets of magic 0, whose writers hashed the wrong bytes.
    static func decompress(_ bytes: ByteBuffer, limit: Int, checksHeader: Bool = true) throws -> ByteBuffer {
        let malformed = RecordsError.malformedCompression(.lz4)
        var input = bytes
        let header = try Header(&input, checksHeader: checksHeader)
        var output = ByteBuffer()
        while true {
            guard let word = input.readInteger(endianness: .little, as: UInt32.self) else { throw malformed }
            if word == 0 { break }
            let size = Int(word & ~storedBit)
            guard size <= header.blockSize, let block = input.readSlice(length: size) else { throw malformed }
            if header.hasBlockChecksum {
                guard let sum = input.readInteger(endianness: .little, as: UInt32.self),
                    sum == block.withUnsafeReadableBytes(XXHash32.hash)
                else { throw malformed }
            }
            if word & storedBit != 0 {
                guard output.readableBytes + size <= limit else { throw RecordsError.tooLarge(limit: limit) }
                output.writeImmutableBuffer(block)
            } else {
                try decompress(block: block, into: &output, blockSize: header.blockSize, limit: limit)
            }
        }
        if header.hasContentChecksum {
            guard let sum = input.readInteger(endianness: .little, as: UInt32.self),
                sum == output.withUnsafeReadableBytes(XXHash32.hash)
            else { throw malformed }
        }
        guard input.readableBytes == 0 else { throw malformed }
        return output
    }

    private static func decompress(
        block: ByteBuffer, into output: inout ByteBuffer, blockSize: Int, limit: Int
    ) throws {
        let room = limit - output.readableBytes
        // A byte stands for at most 255, so that a small block does not reserve the largest size.
        let most = min(blockSize, block.readableBytes * 255)
        _ = try block.withUnsafeReadableBytes { input in
            try output.writeWithUnsafeMutableBytes(minimumWritableBytes: min(most, room)) { space in
                let target = UnsafeMutableRawBufferPointer(rebasing: space[..<min(most, room)])
                guard let size = LZ4BlockDecompressor.decompress(input, into: target) else {
                    throw room < most ? RecordsError.tooLarge(limit: limit) : .malformedCompression(.lz4)
                }
                return size
            }
        }
    }

    /// What the frame header says.
    private struct Header {
        var blockSize: Int
        var hasBlockChecksum: Bool
        var hasContentChecksum: Bool

        init(_ input: inout ByteBuffer, checksHeader: Bool) throws {
            let malformed = RecordsError.malformedCompression(.lz4)
            guard input.readInteger(endianness: .little, as: UInt32.self) == magic else { throw malformed }
            let descriptor = input
            guard let flags = input.readInteger(as: UInt8.self), let sizes = input.readInteger(as: UInt8.self) else {
                throw malformed
            }
            // Version 01, independent blocks, no dictionary, reserved bits clear.
            guard flags >> 6 == 1, flags & 0x20 != 0, flags & 0x03 == 0, sizes & 0x8F == 0, sizes >> 4 >= 4 else {
                throw malformed
            }
            if flags & 0x08 != 0 {
                guard input.readInteger(as: UInt64.self) != nil else { throw malformed }
            }
            let length = descriptor.readableBytes - input.readableBytes
            guard let sum = input.readInteger(as: UInt8.self) else { throw malformed }
            let expected = descriptor.slice(0..<length).withUnsafeReadableBytes(XXHash32.hash)
            guard !checksHeader || sum == UInt8(truncatingIfNeeded: expected >> 8) else { throw malformed }
            blockSize = 1 << (8 + 2 * Int(sizes >> 4))
            hasBlockChecksum = flags & 0x10 != 0
            hasContentChecksum = flags & 0x04 != 0
        }
    }
}
