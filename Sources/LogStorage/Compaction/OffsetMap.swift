import KafkaProtocol
import NIOCore

/// The last offset of each key in the part of a log that is compacted for the first time.
///
/// Keys are kept whole, not hashed as Kafka does: a collision would lose a record, and the keys of the topics that are
/// compacted here are short.
struct OffsetMap {
    /// A dictionary slot: array reference, its header, the offset.
    private static let entryOverhead = 64

    private var offsets: [[UInt8]: Offset] = [:]
    private(set) var bytes = 0
    /// Everything below was taken in.
    var endOffset: Offset

    private let mostBytes: Int

    init(from start: Offset, mostBytes: Int = StorageLimits.offsetMapBytes) {
        endOffset = start
        self.mostBytes = mostBytes
    }

    var isFull: Bool { bytes >= mostBytes }

    mutating func put(_ key: ByteBuffer, _ offset: Offset) {
        let key = Array(key.readableBytesView)
        if offsets.updateValue(offset, forKey: key) == nil { bytes += key.count + Self.entryOverhead }
    }

    /// The offset of the key's newest record; nil when the key does not occur.
    func newest(_ key: ByteBuffer) -> Offset? { offsets[Array(key.readableBytesView)] }
}
