import KafkaProtocol

/// Gives idempotent producers their id (KIP-98). Without a transactional id every request gets a fresh one, epoch 0;
/// transactional ids are refused, as by a broker without a transaction coordinator.
package struct InitProducerIdHandler {
    let producerIDs: ProducerIDs

    func handle(_ request: Request<InitProducerIdRequest>) {
        var response = InitProducerIdResponse()
        guard request.body.transactionalID == nil else {
            response.errorCode = .coordinatorNotAvailable
            response.producerID = -1
            response.producerEpoch = -1
            return request.reply(response)
        }
        producerIDs.next { result in
            switch result {
            case .success(let id):
                response.producerID = id
                response.producerEpoch = 0
            case .failure(let error):
                response.errorCode = error
                response.producerID = -1
                response.producerEpoch = -1
            }
            request.reply(response)
        }
    }
}
