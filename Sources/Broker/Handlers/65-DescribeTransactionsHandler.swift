import Coordinators
import KafkaProtocol

/// Tells the state of transactional ids coordinated here (KIP-664).
struct DescribeTransactionsHandler {
    let transactions: TransactionRuntime

    func handle(_ request: Request<DescribeTransactionsRequest>) {
        var response = DescribeTransactionsResponse()
        response.transactionStates = request.body.transactionalIDs.map(describe)
        request.reply(response)
    }

    private func describe(_ id: String) -> DescribeTransactionsResponse.State {
        switch id.isEmpty ? .failure(.invalidRequest) : transactions.coordinator(of: id) {
        case .success(let active): return active.coordinator.describe(id)
        case .failure(let error):
            var state = DescribeTransactionsResponse.State()
            state.transactionalID = id
            state.errorCode = error
            return state
        }
    }
}
