import KafkaProtocol
import KafkaRecords

/// How a consumer behaves; the names follow Kafka's consumer settings.
package struct ConsumerConfiguration: Sendable {
    /// Whether records of open and aborted transactions are seen (`isolation.level`).
    package var isolation = IsolationLevel.readUncommitted
    /// How long a broker waits for `minBytes` before it answers (`fetch.max.wait.ms`).
    package var maxWait = Duration.milliseconds(500)
    package var minBytes: Int32 = 1
    /// The most that one broker returns at once (`fetch.max.bytes`); a single larger batch comes nevertheless.
    package var maxBytes: Int32 = 16 << 20
    package var partitionMaxBytes: Int32 = 1 << 20
    /// Bytes that what one broker returned at once may unfold to; what is beyond is asked for again. A single batch comes
    /// nevertheless, up to `batchMaxBytes`.
    package var unpackedMaxBytes = Int.max
    /// Bytes that a single batch may unfold to; a larger one is as good as damaged.
    package var batchMaxBytes = RecordLimits.decompressed
    /// Where to go on when a position is not in the log (any more); nil reports it as an error (`auto.offset.reset`).
    package var reset: OffsetSpec? = .earliest
    /// Whether to go on behind batches whose records cannot be read, and tell of them; else they are errors that stay.
    package var passesDamage = false

    package init() {}
}

/// Where to read from.
package enum StartPosition: Sendable, Hashable {
    case offset(Offset)
    /// Found when the first records are asked for.
    case at(OffsetSpec)

    package static let earliest = StartPosition.at(.earliest)
    package static let latest = StartPosition.at(.latest)
}

/// What one poll brought.
package struct PollResult: Sendable, Equatable {
    /// In order for each partition.
    package var records: [ConsumedRecord] = []
    /// Partitions that brought none, and why; they are tried again on the next poll.
    package var errors: [TopicPartition: ClientError] = [:]
    /// The ends of the logs (or their last stable offsets) as the answers told.
    package var ends: [TopicPartition: Offset] = [:]
    /// Batches that were passed over (`ConsumerConfiguration.passesDamage`).
    package var damaged: [DamagedBatch] = []

    package init() {}
}
