import KafkaProtocol
import NIOCore

/// What a fetch answer is made of: record batches, or the messages of an old log, which brokers hand out unchanged.
package enum LogEntry: Sendable, Equatable {
    case batch(RecordBatch)
    /// The records of one message of magic 0 or 1, unwrapped; never empty.
    case messages([Record])

    /// The offset that follows the entry.
    package var nextOffset: Offset {
        switch self {
        case .batch(let batch): batch.nextOffset
        case .messages(let records): (records.last?.offset ?? -1) &+ 1
        }
    }
}

/// Walks the entries of a fetch answer, of whatever magic.
package struct LogEntryReader: Sendable {
    /// What has not been read; at the end, the entry that was cut off.
    package private(set) var remainder: ByteBuffer

    package init(_ buffer: ByteBuffer) { remainder = buffer }

    /// The next whole entry; nil at the end or at an entry whose bytes are cut off.
    package mutating func next() throws -> LogEntry? {
        while let magic = remainder.getInteger(
            at: remainder.readerIndex + RecordBatch.Layout.magic, as: Int8.self)
        {
            guard magic < 2 else { return try RecordBatch.read(from: &remainder).map(LogEntry.batch) }
            guard let records = try MessageSet.read(from: &remainder) else { return nil }
            if !records.isEmpty { return .messages(records) }
        }
        return nil
    }
}
