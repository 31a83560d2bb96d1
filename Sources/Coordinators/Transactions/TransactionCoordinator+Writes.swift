import KafkaProtocol

/// An append whose commit is awaited, and what depends on it.
struct PendingTransactionWrite: Sendable {
    enum Purpose: Sendable {
        case initialized(RequestToken)
        case added(RequestToken)
        /// The decision of an EndTxn.
        case ended(RequestToken)
        /// The abort of a transaction whose producer is fenced; the InitProducerId that asks for it is to be repeated.
        case fenced(RequestToken?)
        /// All markers are written.
        case completed
        /// Ids at rest are forgotten.
        case expired
    }

    /// What holds when the records are committed.
    var targets: [TransactionMetadata]
    var purpose: Purpose
    /// The waiting request was told about a timeout; the record may still be committed.
    var answered = false
}

extension TransactionCoordinator {
    /// Whether another request that writes is taken on.
    var hasRoomToWrite: Bool { writes.count < CoordinatorLimits.pendingWrites }

    /// Begins the transition of an id to `target`.
    mutating func write(_ target: TransactionMetadata, _ purpose: PendingTransactionWrite.Purpose) {
        var target = target
        target.pendingState = nil
        target.lastUpdateTimestamp = now
        transactions[target.transactionalID]?.pendingState = target.state
        lastWrite += 1
        writes[lastWrite] = PendingTransactionWrite(targets: [target], purpose: purpose)
        timers.arm(.write(lastWrite), at: now + Int64(target.timeoutMs))
        emit(.append([TransactionRecord(target.transactionalID, TransactionLogValue(target))], lastWrite))
    }

    /// Begins to forget ids.
    mutating func writeTombstones(_ ids: [String]) {
        let targets = ids.compactMap { transactions[$0] }
        for id in ids { transactions[id]?.pendingState = .dead }
        lastWrite += 1
        writes[lastWrite] = PendingTransactionWrite(targets: targets, purpose: .expired)
        emit(.append(ids.map { TransactionRecord($0, nil) }, lastWrite))
    }

    /// The high watermark passed the records of this write and of all before it.
    package mutating func committed(through token: WriteToken, now: Timestamp) -> [TransactionEffect] {
        run(now) { machine in
            let last = min(token, machine.lastWrite)
            while machine.settledThrough < last {
                machine.settledThrough += 1
                machine.settle(machine.settledThrough)
            }
        }
    }

    /// The records of one write did not get into the log, with the error of the append.
    package mutating func writeFailed(_ token: WriteToken, error: ErrorCode, now: Timestamp) -> [TransactionEffect] {
        run(now) { $0.fail(token, error.asCoordinatorWriteFailure) }
    }

    private mutating func settle(_ token: WriteToken) {
        guard let write = writes.removeValue(forKey: token) else { return }
        timers.cancel(.write(token))
        if case .expired = write.purpose {
            for target in write.targets { transactions[target.transactionalID] = nil }
            return
        }
        for target in write.targets { transactions[target.transactionalID] = target }
        if !write.answered { answer(write.purpose, success(write)) }
        for target in write.targets where target.state.isPreparing { writeMarkers(of: target) }
    }

    private mutating func fail(_ token: WriteToken, _ error: ErrorCode) {
        guard let write = writes.removeValue(forKey: token) else { return }
        timers.cancel(.write(token))
        if case .completed = write.purpose {
            // What is decided must come to its end: the id stays as it is until the record is stored.
            for target in write.targets {
                timers.arm(.complete(target.transactionalID), at: now + CoordinatorLimits.completionRetryMs)
            }
            return
        }
        for target in write.targets {
            transactions[target.transactionalID]?.pendingState = nil
            if case .fenced = write.purpose { transactions[target.transactionalID]?.hasFailedEpochFence = true }
        }
        if !write.answered { answer(write.purpose, .refused(error)) }
    }

    private func success(_ write: PendingTransactionWrite) -> TransactionResponse {
        switch write.purpose {
        case .initialized:
            guard let target = write.targets.first else { return .refused(.unknownServerError) }
            return .initialized(producerID: target.producerID, epoch: target.producerEpoch)
        // The transaction of the producer before it is being aborted; the next try finds that done.
        case .fenced: return .refused(.concurrentTransactions)
        case .added, .ended, .completed, .expired: return .done
        }
    }

    mutating func answer(_ purpose: PendingTransactionWrite.Purpose, _ response: TransactionResponse) {
        switch purpose {
        case .initialized(let token), .added(let token), .ended(let token), .fenced(let token?):
            emit(.reply(token, response))
        case .fenced(nil), .completed, .expired: break
        }
    }

    /// The outcome is not known, so the pending state stays: whoever asks again gets CONCURRENT_TRANSACTIONS until it is.
    mutating func writeTimedOut(_ token: WriteToken) {
        guard let write = writes[token], !write.answered else { return }
        writes[token]?.answered = true
        answer(write.purpose, .refused(ErrorCode.requestTimedOut.asCoordinatorWriteFailure))
    }
}
