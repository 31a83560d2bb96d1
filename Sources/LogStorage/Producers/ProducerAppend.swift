import KafkaProtocol
import KafkaRecords

/// One append's view of the producers: batches are checked one after another, and nothing of the state changes until the
/// bytes are in the log.
struct ProducerAppend {
    private(set) var touched: [Int64: ProducerEntry] = [:]
    private(set) var completed: [CompletedTransaction] = []
    /// Transactions that begin in this append, in order; some may end in it too.
    private var opened: [ProducerStates.OpenTransaction] = []
    private var endedVerifications: [Int64] = []

    private let origin: AppendOrigin
    /// nil: verification is off, as `transaction.partition.verification.enable` says.
    private let proof: VerificationGuard??

    /// - Parameter proof: nil when verification is off; a nil within when the caller holds none.
    init(origin: AppendOrigin, proof: VerificationGuard??) {
        self.origin = origin
        self.proof = proof
    }

    /// Checks a batch, in the order that Kafka's brokers do, and notes its effects. Markers go to `end`.
    ///
    /// - Returns: the batch in the log that this one repeats; nothing is appended then.
    /// - Throws: `StorageError.producerRefused`.
    mutating func add(_ batch: BatchHeader, to states: ProducerStates) throws -> ProducerBatch? {
        let known = touched[batch.producerID] ?? states.entry(batch.producerID)
        if origin == .client, let original = known?.duplicate(of: batch) { return original }
        if origin != .replication { try checkVerified(batch, known, states) }
        if origin != .replication { try checkEpoch(batch, known) }
        if origin == .client { try checkSequence(batch, known, states.verification(batch.producerID)) }
        if let known, known.transactionStart != nil, !batch.attributes.isTransactional, origin != .replication {
            throw StorageError.producerRefused(
                .invalidTxnState, "producer \(batch.producerID) has an open transaction and sent a batch outside of it")
        }
        var entry = known ?? ProducerEntry(producerID: batch.producerID, epoch: batch.producerEpoch)
        entry.add(batch)
        if known?.transactionStart == nil, let start = entry.transactionStart {
            opened.append(ProducerStates.OpenTransaction(producerID: batch.producerID, firstOffset: start))
        }
        touched[batch.producerID] = entry
        return nil
    }

    /// Checks a marker and notes its effects.
    mutating func end(_ batch: BatchHeader, with marker: TransactionMarker, in states: ProducerStates) throws {
        let known = touched[batch.producerID] ?? states.entry(batch.producerID)
        if origin != .replication {
            try checkEpoch(batch, known)
            if let known, marker.coordinatorEpoch < known.coordinatorEpoch {
                throw StorageError.producerRefused(
                    .transactionCoordinatorFenced,
                    "coordinator epoch \(marker.coordinatorEpoch) is below \(known.coordinatorEpoch)")
            }
        }
        var entry = known ?? ProducerEntry(producerID: batch.producerID, epoch: batch.producerEpoch)
        entry.setEpoch(batch.producerEpoch)
        entry.coordinatorEpoch = marker.coordinatorEpoch
        entry.lastTimestamp = max(entry.lastTimestamp, batch.maxTimestamp)
        if let start = entry.transactionStart {
            completed.append(
                CompletedTransaction(
                    producerID: batch.producerID, firstOffset: start, lastOffset: batch.lastOffset,
                    aborted: !marker.isCommit))
            entry.transactionStart = nil
        }
        endedVerifications.append(batch.producerID)
        touched[batch.producerID] = entry
    }

    /// Carries the effects out.
    ///
    /// - Returns: what belongs into the aborted-transaction index.
    func commit(to states: inout ProducerStates) -> [AbortedTransaction] {
        var aborted: [AbortedTransaction] = []
        for producer in endedVerifications { states.endVerification(producer) }
        // A follower takes many batches at once: what one transaction's end leaves undecided may have begun among them.
        for transaction in opened { states.begin(transaction) }
        for transaction in completed {
            let stable = states.complete(transaction)
            guard transaction.aborted else { continue }
            aborted.append(
                AbortedTransaction(
                    producerID: transaction.producerID, firstOffset: transaction.firstOffset,
                    lastOffset: transaction.lastOffset, lastStableOffset: stable))
        }
        for entry in touched.values { states.commit(entry) }
        return aborted
    }

    private func checkVerified(_ batch: BatchHeader, _ known: ProducerEntry?, _ states: ProducerStates) throws {
        guard batch.attributes.isTransactional, known?.transactionStart == nil, let proof else { return }
        guard let proof, states.verification(batch.producerID)?.proof == proof else {
            throw StorageError.producerRefused(
                .invalidTxnState, "producer \(batch.producerID) has no verified transaction for this partition")
        }
    }

    private func checkEpoch(_ batch: BatchHeader, _ known: ProducerEntry?) throws {
        guard let known, batch.producerEpoch < known.epoch else { return }
        throw StorageError.producerRefused(
            .invalidProducerEpoch,
            "epoch \(batch.producerEpoch) of producer \(batch.producerID) is below \(known.epoch)")
    }

    private func checkSequence(
        _ batch: BatchHeader, _ known: ProducerEntry?, _ verification: ProducerStates.Verification?
    ) throws {
        let first = batch.baseSequence
        var expected: Int32?
        if let verification {
            if first > verification.lowestSequence { expected = verification.lowestSequence }
            if verification.bumpsEpoch, known?.batches.isEmpty ?? true, first != 0 { expected = 0 }
        }
        if expected == nil, let known {
            if known.epoch != batch.producerEpoch {
                if first != 0 { expected = 0 }
            } else {
                let next = known.lastSequence == Int32.max ? 0 : known.lastSequence + 1
                if first != next { expected = next }
            }
        }
        guard let expected else { return }
        throw StorageError.producerRefused(
            .outOfOrderSequenceNumber,
            "producer \(batch.producerID) sent sequence \(first) where \(expected) was expected")
    }
}
