import KafkaProtocol
import KafkaRecords

/// The compaction of one log: what to read, what to keep, and where it ends. Blocking work for a pool thread; reads closed
/// segments only and writes new files beside them, so that the log goes on meanwhile.
package struct CleanJob: Sendable {
    package let topicPartition: TopicPartition
    let directory: String
    /// The log's generation when the job was made; another one makes the result worthless.
    let generation: Int
    /// Closed segments from the log's begin up to `upperBound`, ascending.
    let sources: [Source]
    let logStart: Offset
    /// Where the part that no round has seen begins.
    let dirtyStart: Offset
    /// The first offset that must not be compacted yet.
    let upperBound: Offset
    /// Aborted transactions whose markers lie below `upperBound`.
    let aborted: [AbortedTransaction]
    /// The last offset of each known producer: that batch stays, even empty, for its sequence number.
    let producerEnds: Set<Offset>
    let config: LogConfig
    let now: Timestamp

    struct Source: Sendable {
        var base: Offset
        /// The base of the segment after it.
        var end: Offset
        var sizes: [String: Int64]
        var modified: Timestamp
    }

    /// Compacts, and leaves complete, synced `.cleaned` files.
    package func run(_ disk: some Disk) -> Result<CleanResult, CleanError> {
        do {
            var round = CleanRound(job: self, disk: disk)
            return .success(try round.run())
        } catch {
            return .failure(CleanError(description: "\(error)"))
        }
    }
}

/// What a compaction round has written.
package struct CleanResult: Sendable, Equatable {
    struct Replacement: Sendable, Equatable {
        /// Base offset of the new segment, which is that of the first covered.
        var base: Offset
        /// Base offsets of the segments it stands for.
        var covers: [Offset]
        var sizes: [String: Int64]
    }

    var replacements: [Replacement]
    /// Where the next round's new part begins.
    package var endOffset: Offset
    package var bytesBefore: Int64
    package var bytesAfter: Int64
}

/// Why a round came to nothing, in words; the log is as it was.
package struct CleanError: Error, Sendable {
    package let description: String
}
