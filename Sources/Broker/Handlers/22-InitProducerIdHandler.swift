import Coordinators
import KafkaProtocol

/// Gives producers their id and epoch (KIP-98). Without a transactional id every request gets a fresh one, epoch 0; with
/// one the transaction coordinator decides.
package struct InitProducerIdHandler {
    let producerIDs: ProducerIDs
    let transactions: TransactionRuntime

    func handle(_ request: Request<InitProducerIdRequest>) {
        guard request.body.transactionalID != nil else {
            return producerIDs.next { result in
                switch result {
                case .success(let id): request.reply(Self.answer(.initialized(producerID: id, epoch: 0)))
                case .failure(let error): request.reply(Self.answer(.refused(error)))
                }
            }
        }
        transactions.initProducerID(request.body) { outcome in
            request.reply(Self.answer(outcome.fencing(asIn: request.version, since: 4)))
        }
    }

    private static func answer(_ outcome: TransactionResponse) -> InitProducerIdResponse {
        var response = InitProducerIdResponse()
        response.producerID = -1
        response.producerEpoch = -1
        switch outcome {
        case .initialized(let id, let epoch):
            response.producerID = id
            response.producerEpoch = epoch
        case .refused(let error): response.errorCode = error
        case .done: response.errorCode = .unknownServerError
        }
        return response
    }
}
