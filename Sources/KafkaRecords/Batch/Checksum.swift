import CLinux
import NIOCore

/// The two checksums that Kafka's logs carry.
package enum Checksum {
    /// CRC-32C (Castagnoli) of the readable bytes from `skipping` on; record batches of magic 2 use it.
    package static func crc32c(_ buffer: ByteBuffer, skipping: Int = 0) -> UInt32 {
        buffer.withUnsafeReadableBytes { bytes in
            guard skipping < bytes.count, let base = bytes.baseAddress else { return 0 }
            return clinux_crc32c(0, base + skipping, bytes.count - skipping)
        }
    }

    /// CRC-32 of IEEE 802.3 of the readable bytes from `skipping` on; message sets of magic 0 and 1 use it.
    package static func crc32(_ buffer: ByteBuffer, skipping: Int = 0) -> UInt32 {
        buffer.withUnsafeReadableBytes { bytes in
            guard skipping < bytes.count, let base = bytes.baseAddress else { return 0 }
            return clinux_crc32(0, base + skipping, bytes.count - skipping)
        }
    }
}
