import Coordinators
import KafkaProtocol

/// Commits or aborts a transaction coordinated here.
struct EndTxnHandler {
    let transactions: TransactionRuntime

    func handle(_ request: Request<EndTxnRequest>) {
        let body = request.body
        transactions.submit(body.transactionalID) {
            $0.endTransaction(
                body.transactionalID, producerID: body.producerID, epoch: body.producerEpoch, commit: body.committed,
                token: $1, now: $2)
        } done: { outcome in
            var response = EndTxnResponse()
            response.errorCode = outcome.fencing(asIn: request.version, since: 2).errorCode
            request.reply(response)
        }
    }
}
