import CLinux
import NIOCore

/// gzip members (RFC 1952) by way of zlib.
enum Gzip {
    private static let library = LibraryCodec(codec: CLINUX_GZIP, type: .gzip)
    static var isAvailable: Bool { library.isAvailable }
    /// `level` from 1 to 9; −1 is zlib's default.
    static func compress(_ plain: ByteBuffer, level: Int32 = -1) throws -> ByteBuffer {
        try library.compress(plain, level: level)
    }
    static func decompress(_ bytes: ByteBuffer, limit: Int) throws -> ByteBuffer {
        try library.decompress(bytes, limit: limit)
    }
}

/// zstd frames (RFC 8878) by way of libzstd (KIP-110).
enum Zstd {
    private static let library = LibraryCodec(codec: CLINUX_ZSTD, type: .zstd)
    static var isAvailable: Bool { library.isAvailable }
    /// `level` up to 22; 3 is libzstd's default.
    static func compress(_ plain: ByteBuffer, level: Int32 = 3) throws -> ByteBuffer {
        try library.compress(plain, level: level)
    }
    static func decompress(_ bytes: ByteBuffer, limit: Int) throws -> ByteBuffer {
        try library.decompress(bytes, limit: limit)
    }
}

/// A codec whose library is opened at run time. One or more concatenated frames make up a payload.
private struct LibraryCodec {
    let codec: clinux_codec
    let type: CompressionType

    var isAvailable: Bool { clinux_codec_available(codec) }

    func compress(_ plain: ByteBuffer, level: Int32) throws -> ByteBuffer {
        guard isAvailable else { throw RecordsError.codecUnavailable(type) }
        let bound = clinux_compress_bound(codec, plain.readableBytes)
        var output = ByteBuffer()
        plain.withUnsafeReadableBytes { input in
            _ = output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
                guard let base = space.baseAddress else { return 0 }
                return clinux_compress(codec, level, input.baseAddress, input.count, base, space.count)
            }
        }
        guard output.readableBytes > 0 else { throw RecordsError.malformedCompression(type) }
        return output
    }

    func decompress(_ bytes: ByteBuffer, limit: Int) throws -> ByteBuffer {
        guard isAvailable, let stream = clinux_decompressor_open(codec) else {
            throw RecordsError.codecUnavailable(type)
        }
        defer { clinux_decompressor_close(stream) }
        return try bytes.withUnsafeReadableBytes { input in
            var output = ByteBuffer()
            var position = 0
            var ended = false
            var step = max(4096, min(input.count * 4, 1 << 20))
            while !(ended && position == input.count) {
                let room = limit - output.readableBytes
                var consumed = 0
                var produced = 0
                var progress = CLINUX_MALFORMED
                // One byte over the limit shows that there is more.
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: min(step, room + 1)) { space in
                    let rest = UnsafeRawBufferPointer(rebasing: input[position...])
                    progress = clinux_decompress(
                        stream, rest.baseAddress, rest.count, &consumed, space.baseAddress, min(space.count, room + 1),
                        &produced)
                    return produced
                }
                guard progress != CLINUX_MALFORMED else { throw RecordsError.malformedCompression(type) }
                guard output.readableBytes <= limit else { throw RecordsError.tooLarge(limit: limit) }
                ended = progress == CLINUX_FRAME_ENDED
                guard ended || consumed > 0 || produced > 0 else { throw RecordsError.malformedCompression(type) }
                position += consumed
                step = min(step * 2, 1 << 22)
            }
            return output
        }
    }
}
