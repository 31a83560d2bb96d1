import KafkaProtocol
import NIOCore

/// A header of a record: a name, not necessarily unique, and bytes or null.
package struct RecordHeader: Sendable, Hashable {
    package var key: String
    package var value: ByteBuffer?

    package init(_ key: String, _ value: ByteBuffer?) {
        self.key = key
        self.value = value
    }
}

/// One record. Key, value and headers are slices of the batch (or of what it was decompressed to).
package struct Record: Sendable, Hashable {
    package var offset: Offset
    /// Milliseconds since 1970, −1 for none; the time of append when the topic says so.
    package var timestamp: Timestamp
    package var key: ByteBuffer?
    /// Null is a tombstone in a compacted topic.
    package var value: ByteBuffer?
    package var headers: [RecordHeader]

    package init(
        offset: Offset = 0, timestamp: Timestamp = -1, key: ByteBuffer? = nil, value: ByteBuffer? = nil,
        headers: [RecordHeader] = []
    ) {
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
    }
}
