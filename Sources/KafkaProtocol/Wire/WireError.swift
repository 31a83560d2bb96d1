/// Why bytes could not be read as a Kafka message. The peer is at fault; the process never is.
package enum WireError: Error, Equatable {
    /// The bytes ended inside a field.
    case truncated
    /// A length or count that is negative where none may be, or larger than the bytes that follow.
    case badLength(Int64)
    /// Null where the schema's `nullableVersions` do not allow it.
    case unexpectedNull
    /// A varint of more than its five or ten bytes.
    case badVarint
    /// A version of an API that this side does not speak.
    case unsupportedVersion(api: Int16, version: Int16)
}
