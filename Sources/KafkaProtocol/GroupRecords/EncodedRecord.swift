import NIOCore

/// A key and a value as they stand in a record batch of a coordinator's topic; a null value deletes.
package struct EncodedRecord: Sendable, Equatable {
    package var key: ByteBuffer
    package var value: ByteBuffer?

    package init(key: ByteBuffer, value: ByteBuffer?) {
        self.key = key
        self.value = value
    }
}
