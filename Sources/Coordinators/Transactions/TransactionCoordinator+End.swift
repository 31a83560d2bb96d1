import KafkaProtocol

extension TransactionCoordinator {
    /// EndTxn: stores the decision, answers, and has the markers written.
    package mutating func endTransaction(
        _ id: String, producerID: Int64, epoch: Int16, commit: Bool, token: RequestToken, now: Timestamp
    ) -> [TransactionEffect] {
        run(now) { machine in
            guard !id.isEmpty else { return machine.refuse(token, .invalidRequest) }
            guard let known = machine.transactions[id], known.producerID == producerID else {
                return machine.refuse(token, .invalidProducerIdMapping)
            }
            if known.producerEpoch != epoch { return machine.refuse(token, .producerFenced) }
            if known.pendingState != nil { return machine.refuse(token, .concurrentTransactions) }
            switch (known.state, commit) {
            case (.ongoing, _):
                guard machine.hasRoomToWrite else { return machine.refuse(token, .coordinatorNotAvailable) }
                var target = known
                target.state = commit ? .prepareCommit : .prepareAbort
                machine.write(target, .ended(token))
            // The same was decided before, and the answer got lost.
            case (.completeCommit, true), (.completeAbort, false): machine.emit(.reply(token, .done))
            case (.prepareCommit, true), (.prepareAbort, false): machine.refuse(token, .concurrentTransactions)
            default: machine.refuse(token, .invalidTxnState)
            }
        }
    }

    /// Raises the epoch, so that the producer cannot go on, and aborts what it left open. `token`: the InitProducerId of
    /// its successor; nil for a transaction that took too long.
    mutating func fence(_ known: TransactionMetadata, _ token: RequestToken?) {
        guard hasRoomToWrite else {
            if let token { refuse(token, .coordinatorNotAvailable) }
            return
        }
        var target = known
        if !known.hasFailedEpochFence, known.producerEpoch < .max { target.producerEpoch += 1 }
        target.lastProducerEpoch = -1
        target.state = .prepareAbort
        // The old producer is refused from now on, whether the abort gets stored or not.
        transactions[known.transactionalID]?.producerEpoch = target.producerEpoch
        transactions[known.transactionalID]?.lastProducerEpoch = -1
        write(target, .fenced(token))
    }

    /// Aborts transactions that are open for longer than their producers asked for.
    mutating func abortTimedOut() {
        let late = transactions.values.filter {
            $0.state == .ongoing && $0.pendingState == nil && $0.startTimestamp + Int64($0.timeoutMs) < now
        }
        for known in late.sorted(by: { $0.transactionalID < $1.transactionalID }) { fence(known, nil) }
    }

    // MARK: Markers

    /// Asks for the markers that are missing; without any the transaction is complete.
    mutating func writeMarkers(of known: TransactionMetadata) {
        guard !known.partitions.isEmpty else { return complete(known.transactionalID) }
        emit(
            .writeMarkers(
                TransactionMarkers(
                    transactionalID: known.transactionalID, producerID: known.producerID,
                    producerEpoch: known.producerEpoch, isCommit: known.state == .prepareCommit,
                    coordinatorEpoch: epoch, partitions: known.partitions)))
    }

    /// Partitions have the marker, or are gone.
    package mutating func markersWritten(
        _ partitions: Set<TopicPartition>, of id: String, producerID: Int64, epoch: Int16, now: Timestamp
    ) -> [TransactionEffect] {
        run(now) { machine in
            guard var known = machine.transactions[id], known.state.isPreparing, known.pendingState == nil,
                known.producerID == producerID, known.producerEpoch == epoch
            else { return }
            known.partitions.subtract(partitions)
            machine.transactions[id] = known
            if known.partitions.isEmpty { machine.complete(id) }
        }
    }

    /// Stores that a transaction has ended everywhere.
    mutating func complete(_ id: String) {
        guard let known = transactions[id], known.state.isPreparing else { return }
        var target = known
        target.state = known.state == .prepareCommit ? .completeCommit : .completeAbort
        target.partitions = []
        target.hasFailedEpochFence = false
        write(target, .completed)
    }
}
