import KafkaProtocol

/// Why the log could not do what was asked.
package enum StorageError: Error, Equatable, CustomStringConvertible {
    /// The offset is below the log start or beyond the end.
    case offsetOutOfRange(Offset, start: Offset, end: Offset)
    /// A file other than a segment holds something else than it should; it is rebuilt or set aside by whoever meets it.
    case corruptFile(String, String)
    /// Batches on disk do not hold together at this position of a segment.
    case corruptSegment(String, position: Int64, String)
    /// Records that were durable are not there any more, and nothing was changed yet.
    case recordsLost(from: Offset, to: Offset, String)
    /// Batches handed in for appending are not as they should be.
    case invalidBatch(String)
    /// A producer's batch was refused; the code is what the producer is told (KIP-98).
    case producerRefused(ErrorCode, String)
    /// A replicated batch does not start at the log's end.
    case unexpectedOffset(Offset, expected: Offset)
    /// The log directory belongs to another cluster, another node, or another process.
    case directoryRefused(String)

    package var description: String {
        switch self {
        case .offsetOutOfRange(let offset, let start, let end): "offset \(offset) is not within \(start)...\(end)"
        case .corruptFile(let path, let reason): "\(path) is corrupt: \(reason)"
        case .corruptSegment(let path, let position, let reason): "\(path) is corrupt at byte \(position): \(reason)"
        case .recordsLost(let from, let to, let reason): "records \(from) to \(to) are lost: \(reason)"
        case .invalidBatch(let reason): reason
        case .producerRefused(let code, let reason): "\(reason) (\(code))"
        case .unexpectedOffset(let offset, let expected): "batch starts at offset \(offset), log ends at \(expected)"
        case .directoryRefused(let reason): reason
        }
    }

    /// The code that a client is answered with.
    package var code: ErrorCode {
        switch self {
        case .offsetOutOfRange: .offsetOutOfRange
        case .corruptFile, .corruptSegment, .recordsLost, .directoryRefused: .kafkaStorageError
        case .invalidBatch: .corruptMessage
        case .producerRefused(let code, _): code
        case .unexpectedOffset: .unknownServerError
        }
    }
}

/// How grave a line for the broker's log is.
package enum ReportLevel: Sendable, Equatable { case info, warning, error }

/// Where the storage says what it met and did; one line per call, called on the thread that uses the log.
package typealias StorageReport = (ReportLevel, String) -> Void
