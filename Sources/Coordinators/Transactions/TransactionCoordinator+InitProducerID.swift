import KafkaProtocol

extension TransactionCoordinator {
    /// Why a request is refused whatever the state of its id; nil when it is not.
    package static func refusal(of request: InitProducerIdRequest, config: TransactionConfig) -> ErrorCode? {
        if (request.producerID == -1) != (request.producerEpoch == -1) { return .invalidRequest }
        guard let id = request.transactionalID, !id.isEmpty else { return .invalidRequest }
        if id.utf8.count > CoordinatorLimits.identifierBytes { return .invalidRequest }
        guard request.transactionTimeoutMs > 0, request.transactionTimeoutMs <= config.maxTimeoutMs else {
            return .invalidTransactionTimeout
        }
        return nil
    }

    /// Whether the request will need a producer id that nobody has yet.
    package func needsProducerID(for request: InitProducerIdRequest) -> Bool {
        guard let known = request.transactionalID.flatMap({ transactions[$0] }) else { return true }
        return needsProducerID(known, request)
    }

    private func needsProducerID(_ known: TransactionMetadata, _ request: InitProducerIdRequest) -> Bool {
        known.pendingState == nil && known.state.isAtRest && known.isEpochExhausted
            && (request.producerID == -1 || request.producerEpoch == known.producerEpoch)
    }

    /// InitProducerId with a transactional id: fences the producer that had it, aborts what that one left open, and gives
    /// the id its next epoch. A client that names its present producer keeps it with a higher epoch (KIP-360).
    ///
    /// - Parameter freshID: an unused producer id, if `needsProducerID` asked for one.
    package mutating func initProducerID(
        _ request: InitProducerIdRequest, freshID: Int64?, token: RequestToken, now: Timestamp
    ) -> [TransactionEffect] {
        run(now) { machine in
            let id = request.transactionalID ?? ""
            if let error = Self.refusal(of: request, config: machine.config) { return machine.refuse(token, error) }
            guard machine.hasRoomToWrite else { return machine.refuse(token, .coordinatorNotAvailable) }
            if machine.transactions[id] == nil {
                guard machine.transactions.count < CoordinatorLimits.transactionalIDs else {
                    return machine.refuse(token, .coordinatorNotAvailable)
                }
                guard let freshID else { return machine.refuse(token, .coordinatorLoadInProgress) }
                machine.transactions[id] = TransactionMetadata(
                    transactionalID: id, producerID: freshID, now: machine.now)
            }
            guard let known = machine.transactions[id] else { return }
            machine.initProducer(known, request, freshID, token)
        }
    }

    private mutating func initProducer(
        _ known: TransactionMetadata, _ request: InitProducerIdRequest, _ freshID: Int64?, _ token: RequestToken
    ) {
        if known.pendingState != nil { return refuse(token, .concurrentTransactions) }
        if request.producerID != -1, !known.accepts(producerID: request.producerID, epoch: request.producerEpoch) {
            return refuse(token, .producerFenced)
        }
        switch known.state {
        case .prepareCommit, .prepareAbort, .prepareEpochFence, .dead: refuse(token, .concurrentTransactions)
        case .ongoing: fence(known, token)
        case .empty, .completeCommit, .completeAbort:
            var target = known
            if needsProducerID(known, request) {
                guard let freshID else { return refuse(token, .coordinatorLoadInProgress) }
                target.previousProducerID = known.producerID
                target.producerID = freshID
                target.producerEpoch = 0
                target.lastProducerEpoch = request.producerID == -1 ? -1 : known.producerEpoch
            } else if let error = raiseEpoch(of: &target, request) {
                return refuse(token, error)
            }
            target.state = .empty
            target.timeoutMs = request.transactionTimeoutMs
            target.partitions = []
            target.startTimestamp = -1
            write(target, .initialized(token))
        }
    }

    private func raiseEpoch(of target: inout TransactionMetadata, _ request: InitProducerIdRequest) -> ErrorCode? {
        let current = target.producerEpoch
        if request.producerID == -1 {
            target.producerEpoch = current + 1
            target.lastProducerEpoch = -1
        } else if current == -1 || request.producerEpoch == current {
            target.producerEpoch = current + 1
            target.lastProducerEpoch = current
        } else if request.producerEpoch != target.lastProducerEpoch {
            return .producerFenced
        }
        // Otherwise the answer to the same request got lost: the epoch that it gave is given again.
        return nil
    }
}
