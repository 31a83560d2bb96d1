import Coordinators
import KafkaProtocol

/// Says which broker coordinates a group or a transactional id. The first question makes the internal topic; until it has
/// leaders the answer is COORDINATOR_NOT_AVAILABLE, which clients repeat.
struct FindCoordinatorHandler {
    let groups: CoordinatorTopic
    let transactions: CoordinatorTopic

    func handle(_ request: Request<FindCoordinatorRequest>) {
        let body = request.body
        var response = FindCoordinatorResponse()
        if request.version >= 4 {
            response.coordinators = body.coordinatorKeys.map { coordinator(of: $0, type: body.keyType) }
        } else {
            let found = coordinator(of: body.key, type: body.keyType)
            response.errorCode = found.errorCode
            response.errorMessage = found.errorMessage
            response.nodeID = found.nodeID
            response.host = found.host
            response.port = found.port
        }
        request.reply(response)
    }

    private func coordinator(of key: String, type: Int8) -> FindCoordinatorResponse.Coordinator {
        var answer = FindCoordinatorResponse.Coordinator()
        answer.key = key
        let topic: CoordinatorTopic
        switch FindCoordinatorRequest.KeyType(rawValue: type) {
        case .group: topic = groups
        case .transaction: topic = transactions
        case .share, nil:
            answer.errorCode = .invalidRequest
            answer.errorMessage = "Unknown coordinator type \(type)."
            return answer
        }
        switch topic.coordinator(of: key) {
        case .success(let found):
            answer.nodeID = found.id
            answer.host = found.endpoint.host
            answer.port = Int32(found.endpoint.port)
        case .failure(let error): answer.errorCode = error
        }
        return answer
    }
}
