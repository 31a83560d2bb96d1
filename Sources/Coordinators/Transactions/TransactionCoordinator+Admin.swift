import KafkaProtocol

extension TransactionCoordinator {
    /// DescribeTransactions for one id (KIP-664).
    package func describe(_ id: String) -> DescribeTransactionsResponse.State {
        var answer = DescribeTransactionsResponse.State()
        answer.transactionalID = id
        guard let known = transactions[id], known.pendingState != .dead else {
            answer.errorCode = .transactionalIdNotFound
            return answer
        }
        answer.transactionState = known.state.name
        answer.transactionTimeoutMs = known.timeoutMs
        answer.transactionStartTimeMs = known.startTimestamp
        answer.producerID = known.producerID
        answer.producerEpoch = known.producerEpoch
        answer.topics = known.partitions.byTopic()
        return answer
    }

    /// ListTransactions: the ids that pass the request's filters, sorted.
    package func list(_ request: ListTransactionsRequest, now: Timestamp) -> [ListTransactionsResponse.State] {
        let states = Set(request.stateFilters.compactMap(TransactionState.init(name:)))
        let producers = Set(request.producerIDFilters)
        return transactions.values.filter { known in
            guard known.pendingState != .dead else { return false }
            if !request.stateFilters.isEmpty, !states.contains(known.state) { return false }
            if !producers.isEmpty, !producers.contains(known.producerID) { return false }
            guard request.durationFilter >= 0 else { return true }
            return known.startTimestamp >= 0 && now - known.startTimestamp > request.durationFilter
        }
        .sorted { $0.transactionalID < $1.transactionalID }
        .map { known in
            var state = ListTransactionsResponse.State()
            state.transactionalID = known.transactionalID
            state.producerID = known.producerID
            state.transactionState = known.state.name
            return state
        }
    }
}
