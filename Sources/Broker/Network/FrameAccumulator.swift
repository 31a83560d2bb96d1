import KafkaProtocol
import NIOCore

/// Cuts a stream of bytes into Kafka's frames without copying those that arrive whole.
struct FrameAccumulator {
    private var pending: ByteBuffer?
    private let maxFrame: Int

    init(maxFrame: Int) { self.maxFrame = maxFrame }

    /// A size below zero or above the limit: nothing after it can be trusted.
    struct BadSize: Error, CustomStringConvertible {
        let size: Int32

        /// For the log, where whoever wonders why a client does not get in looks.
        var description: String {
            switch ForeignProtocol(size: size) {
            case .http: "it speaks HTTP, not Kafka's protocol"
            case .tls: "it speaks TLS, and this listener is PLAINTEXT: give the client security.protocol=PLAINTEXT"
            case nil: "a request of \(size) bytes"
            }
        }
    }

    mutating func add(_ bytes: ByteBuffer) {
        // In place: a second reference would copy everything held so far.
        if pending?.writeImmutableBuffer(bytes) == nil { pending = bytes }
    }

    /// The next whole frame without its size, sharing storage with what was read.
    mutating func next() throws -> ByteBuffer? {
        guard var held = pending, let size = held.getInteger(at: held.readerIndex, as: Int32.self) else { return nil }
        guard size >= 0, Int(size) <= maxFrame else { throw BadSize(size: size) }
        pending = nil
        guard held.readableBytes >= 4 + Int(size) else {
            pending = held
            return nil
        }
        held.moveReaderIndex(forwardBy: 4)
        let frame = held.readSlice(length: Int(size))
        if held.readableBytes > 0 { pending = held }
        return frame
    }

    /// Call when `next` has nothing more: moves the rest of a frame out of storage that frames still share, so that the
    /// bytes to come are not copied with it, and makes room for the whole frame when its size is known.
    mutating func settle() {
        guard let held = pending else { return }
        var room = held.readableBytes
        if let size = held.getInteger(at: held.readerIndex, as: Int32.self) {
            // Room grows with what has really arrived, so that a length alone reserves little.
            room = min(4 + Int(size), max(65_536, held.readableBytes * 2))
        }
        guard held.capacity < room || held.readerIndex > 0 else { return }
        var moved = ByteBuffer()
        moved.reserveCapacity(max(room, held.readableBytes))
        moved.writeImmutableBuffer(held)
        pending = moved
    }
}
