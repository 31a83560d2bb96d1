import NIOCore

/// Kafka's codecs over whole payloads, each in the framing that every client reads.
///
/// gzip and zstd come from the machine's libraries when they are there; lz4 and snappy are Klamm's own.
package enum Compression {
    /// Compresses the readable bytes. `.none` hands them back.
    ///
    /// - Parameter level: the effort, of gzip and zstd only; nil is the codec's default.
    /// - Throws: `RecordsError.codecUnavailable` when the codec's library is not installed.
    package static func compress(
        _ plain: ByteBuffer, with codec: CompressionType, level: Int32? = nil
    ) throws -> ByteBuffer {
        switch codec {
        case .none: plain
        case .gzip: try level.map { try Gzip.compress(plain, level: $0) } ?? Gzip.compress(plain)
        case .snappy: Snappy.compress(plain)
        case .lz4: LZ4.compress(plain)
        case .zstd: try level.map { try Zstd.compress(plain, level: $0) } ?? Zstd.compress(plain)
        }
    }

    /// Decompresses the readable bytes. `.none` hands them back.
    ///
    /// - Throws: `.malformedCompression`, `.codecUnavailable`, or `.tooLarge` when the plain bytes would pass `limit`:
    ///   a small message can unfold to gigabytes.
    package static func decompress(_ bytes: ByteBuffer, with codec: CompressionType, limit: Int) throws -> ByteBuffer {
        switch codec {
        case .none: bytes
        case .gzip: try Gzip.decompress(bytes, limit: limit)
        case .snappy: try Snappy.decompress(bytes, limit: limit)
        case .lz4: try LZ4.decompress(bytes, limit: limit)
        case .zstd: try Zstd.decompress(bytes, limit: limit)
        }
    }

    /// Whether the codec works on this machine.
    package static func isAvailable(_ codec: CompressionType) -> Bool {
        switch codec {
        case .none, .snappy, .lz4: true
        case .gzip: Gzip.isAvailable
        case .zstd: Zstd.isAvailable
        }
    }
}
