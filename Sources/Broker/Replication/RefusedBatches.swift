import KafkaProtocol
import KafkaRecords
import LogStorage

/// What idempotent producers have under way behind a batch that was refused for the moment.
///
/// A producer keeps up to five batches in flight. When one is refused because its partition is not led here yet, or has too
/// few replicas in sync, and the next arrives just after that has changed, the next does not follow what is stored: by the
/// letter of KIP-98 it would be OUT_OF_ORDER_SEQUENCE_NUMBER, or even be taken when the producer is unknown here. Neither
/// is the producer's doing, and both end badly: librdkafka begins a new epoch, under which it stores again what was stored
/// and not answered, and takes the refused batch for stored when a later one is. So a batch that skips ahead is refused
/// like the one before it, until that one comes again; as often as batches can be in flight, then the log decides.
///
/// The refusal may have been another broker's: whoever begins to lead cannot tell what the leader before it refused.
struct RefusedBatches {
    private struct Key: Hashable {
        let partition: TopicPartition
        let producerID: Int64
    }

    private struct Refused {
        let producerEpoch: Int16
        /// The first sequence that was refused.
        let sequence: Int32
        let leaderEpoch: Epoch
        let answer: ErrorCode
        /// How many more may be under way.
        var behind = ProducerEntry.retainedBatches
    }

    /// Refusals after which a producer sends the same batch again.
    private static let momentary: Set<ErrorCode> = [
        .notLeaderOrFollower, .notEnoughReplicas, .unknownTopicOrPartition, .kafkaStorageError,
    ]

    private var refused: [Key: Refused] = [:]

    /// A batch was refused.
    mutating func note(_ batch: BatchHeader, of partition: TopicPartition, in leaderEpoch: Epoch, as answer: ErrorCode)
    {
        guard batch.hasProducerID, Self.momentary.contains(answer) else { return }
        note(
            Refused(
                producerEpoch: batch.producerEpoch, sequence: batch.baseSequence, leaderEpoch: leaderEpoch,
                answer: answer), at: Key(partition: partition, producerID: batch.producerID))
    }

    private mutating func note(_ new: Refused, at key: Key) {
        if let known = refused[key], known.producerEpoch == new.producerEpoch, known.leaderEpoch == new.leaderEpoch,
            Self.isBefore(known.sequence, new.sequence)
        {
            return
        }
        if refused.count >= Limits.refusedProducers { refused.removeAll() }
        refused[key] = new
    }

    /// A batch was stored.
    mutating func forget(_ batch: BatchHeader, of partition: TopicPartition) {
        guard batch.hasProducerID, !refused.isEmpty else { return }
        refused[Key(partition: partition, producerID: batch.producerID)] = nil
    }

    /// How to refuse a batch that is under way behind a refused one; nil when the log is to decide.
    ///
    /// - Parameters:
    ///   - known: what the partition's log knows of the producer.
    ///   - start: the offset at which this leadership began.
    mutating func answer(
        to batch: BatchHeader, of partition: TopicPartition, known: ProducerEntry?, in leaderEpoch: Epoch,
        since start: Offset
    ) -> ErrorCode? {
        guard batch.hasProducerID else { return nil }
        let key = Key(partition: partition, producerID: batch.producerID)
        if let known {
            guard let missing = Self.missing(between: known, and: batch) else { return nil }
            if let last = known.batches.last, last.lastOffset < start, refused[key]?.leaderEpoch != leaderEpoch {
                refused[key] = nil
                note(
                    Refused(
                        producerEpoch: batch.producerEpoch, sequence: missing, leaderEpoch: leaderEpoch,
                        answer: .notLeaderOrFollower), at: key)
            }
        }
        guard let before = refused[key], before.producerEpoch == batch.producerEpoch, before.behind > 0,
            Self.isBefore(before.sequence, batch.baseSequence)
        else { return nil }
        refused[key]?.behind -= 1
        return before.answer
    }

    /// The first sequence that is neither stored nor in the batch; nil when the batch does not skip ahead.
    private static func missing(between known: ProducerEntry, and batch: BatchHeader) -> Int32? {
        guard batch.producerEpoch >= known.epoch else { return nil }
        let isNewEpoch = batch.producerEpoch > known.epoch || known.lastSequence < 0
        let next = isNewEpoch ? 0 : RecordBatch.sequence(known.lastSequence, plus: 1)
        return isBefore(next, batch.baseSequence) ? next : nil
    }

    /// Sequences count modulo 2^31: what is more than half the circle away lies behind.
    private static func isBefore(_ one: Int32, _ other: Int32) -> Bool {
        let distance = (other &- one) & Int32.max
        return distance > 0 && distance < Int32.max / 2
    }
}
