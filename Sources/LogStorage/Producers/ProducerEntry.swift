import KafkaProtocol
import KafkaRecords

/// A batch that an idempotent producer has in the log, remembered to recognise its repetition.
package struct ProducerBatch: Sendable, Equatable {
    /// −1 when the batch came from a coordinator.
    package var firstSequence: Int32
    package var lastSequence: Int32
    package var firstOffset: Offset
    package var lastOffset: Offset
    package var timestamp: Timestamp
}

/// What a partition remembers of one producer id (KIP-98).
package struct ProducerEntry: Sendable, Equatable {
    /// Batches kept for recognising repetitions: as many as a producer may have in flight.
    package static let retainedBatches = 5

    package var producerID: Int64
    package var epoch: Int16
    /// Of the last marker; −1 before the first.
    package var coordinatorEpoch: Int32 = -1
    package var lastTimestamp: Timestamp = -1
    /// The first offset of the open transaction; nil when none is open.
    package var transactionStart: Offset?
    /// The last batches of this epoch, oldest first.
    package var batches: [ProducerBatch] = []

    init(producerID: Int64, epoch: Int16) {
        self.producerID = producerID
        self.epoch = epoch
    }

    /// The sequence of the last record of this epoch; −1 when there is none.
    package var lastSequence: Int32 { batches.last?.lastSequence ?? -1 }

    mutating func setEpoch(_ new: Int16) {
        guard new != epoch else { return }
        epoch = new
        batches = []
    }

    mutating func add(_ batch: BatchHeader) {
        setEpoch(batch.producerEpoch)
        if batches.count == Self.retainedBatches { batches.removeFirst() }
        batches.append(
            ProducerBatch(
                firstSequence: batch.baseSequence, lastSequence: batch.lastSequence, firstOffset: batch.baseOffset,
                lastOffset: batch.lastOffset, timestamp: batch.maxTimestamp))
        lastTimestamp = max(lastTimestamp, batch.maxTimestamp)
        if batch.attributes.isTransactional, transactionStart == nil { transactionStart = batch.baseOffset }
    }

    func duplicate(of batch: BatchHeader) -> ProducerBatch? {
        guard batch.producerEpoch == epoch else { return nil }
        return batches.first {
            $0.firstSequence == batch.baseSequence && $0.lastSequence == batch.lastSequence
        }
    }
}

/// A transaction that a marker has ended.
struct CompletedTransaction: Equatable {
    var producerID: Int64
    var firstOffset: Offset
    /// The marker's.
    var lastOffset: Offset
    var aborted: Bool
}

/// Who hands batches in for appending; decides which checks apply.
package enum AppendOrigin: Sendable, Equatable {
    /// A producer: sequence numbers are checked.
    case client
    /// A group or transaction coordinator of this broker: no sequence numbers.
    case coordinator
    /// A follower copying what its leader accepted: nothing is refused.
    case replication
}

/// Proof that the transaction coordinator has confirmed a transaction for a partition (KIP-890); a marker that arrives
/// in between makes it worthless.
package struct VerificationGuard: Sendable, Hashable {
    package let token: UInt64

    package init(token: UInt64) { self.token = token }
}
