import NIOCore

/// Bytes from which somebody could prove to be another, such as a salted password. No text shows them, whatever prints the
/// message or the record that holds them.
package struct Secret: Sendable, Hashable {
    package var bytes: [UInt8]

    package init(_ bytes: [UInt8] = []) { self.bytes = bytes }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[hidden]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Wire {
    /// Bytes that nobody may see. They are copied, so that they do not keep the frame they came in alive.
    package mutating func bytes(_ value: inout Secret) throws {
        var buffer = ByteBuffer(bytes: value.bytes)
        try bytes(&buffer)
        value.bytes = Array(buffer.readableBytesView)
    }
}
