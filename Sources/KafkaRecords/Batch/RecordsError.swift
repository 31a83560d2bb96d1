import KafkaProtocol

/// Why bytes are not the records they claim to be. Whoever sent or stored them is at fault; nothing here traps.
package enum RecordsError: Error, Equatable, CustomStringConvertible {
    /// The bytes ended inside a batch or a record.
    case truncated
    /// A format other than the one asked for; magic 2 is the record batch, 0 and 1 are the older message sets.
    case unsupportedMagic(Int8)
    /// A header field outside of what the format allows; the text names it.
    case invalidHeader(String)
    /// The bytes are not those that the checksum was taken over.
    case crcMismatch
    /// A record body that does not add up; the text says how.
    case malformedRecord(String)
    /// A codec number that Kafka does not define.
    case unknownCompression(Int8)
    /// Compressed bytes that their codec cannot read.
    case malformedCompression(CompressionType)
    /// The codec's library is not installed on this machine.
    case codecUnavailable(CompressionType)
    /// Decompressing or building would pass `limit` bytes.
    case tooLarge(limit: Int)

    /// What a broker answers when a client sent such records.
    package var code: ErrorCode {
        switch self {
        case .truncated, .crcMismatch, .malformedCompression: .corruptMessage
        case .unsupportedMagic: .unsupportedForMessageFormat
        case .invalidHeader, .malformedRecord: .invalidRecord
        case .unknownCompression, .codecUnavailable: .unsupportedCompressionType
        case .tooLarge: .messageTooLarge
        }
    }

    /// In words, for logs and screens.
    package var description: String {
        switch self {
        case .truncated: "the bytes end inside of it"
        case .unsupportedMagic(let magic): "format \(magic) is not read"
        case .invalidHeader(let field): "its header is wrong: \(field)"
        case .crcMismatch: "its checksum is wrong"
        case .malformedRecord(let why): "a record in it does not add up: \(why)"
        case .unknownCompression(let number): "compression \(number) is not known"
        case .malformedCompression(let codec): "\(codec) cannot unpack it"
        case .codecUnavailable(let codec): "the library of \(codec) is not installed"
        case .tooLarge(let limit): "unpacked it is more than \(limit) bytes"
        }
    }
}
