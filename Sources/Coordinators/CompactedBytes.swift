import NIOCore

extension ByteBuffer {
    /// A copy of the readable bytes alone. What outlives a request must not keep its whole frame in memory.
    var compacted: ByteBuffer { ByteBuffer(bytes: readableBytesView) }
}
