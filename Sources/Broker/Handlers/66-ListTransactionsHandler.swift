import Coordinators
import KafkaProtocol

/// Lists the transactional ids coordinated here (KIP-664, KIP-994).
struct ListTransactionsHandler {
    let transactions: TransactionRuntime

    func handle(_ request: Request<ListTransactionsRequest>) {
        var response = ListTransactionsResponse()
        if transactions.partitions.isLoading {
            response.errorCode = .coordinatorLoadInProgress
        } else {
            response.unknownStateFilters = request.body.stateFilters.filter { TransactionState(name: $0) == nil }
            response.transactionStates = transactions.partitions.allActive
                .flatMap { $0.coordinator.list(request.body, now: transactions.partitions.now) }
                .sorted { $0.transactionalID < $1.transactionalID }
        }
        request.reply(response)
    }
}
