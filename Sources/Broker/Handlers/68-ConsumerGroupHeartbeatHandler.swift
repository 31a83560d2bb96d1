import Coordinators
import KafkaProtocol

/// A member of a group of the new consumer protocol joins, stays or leaves (KIP-848).
struct ConsumerGroupHeartbeatHandler {
    let groups: GroupRuntime

    func handle(_ request: Request<ConsumerGroupHeartbeatRequest>) {
        switch groups.coordinator(of: request.body.groupID) {
        case .failure(let error):
            var response = ConsumerGroupHeartbeatResponse()
            response.errorCode = error
            request.reply(response)
        case .success(let active):
            let client = groups.client(request.client)
            let image = groups.topic.image
            groups.submit(to: active) { coordinator, token, now in
                coordinator.consumerGroupHeartbeat(request.body, from: client, image: image, token: token, now: now)
            } answer: {
                guard case .consumerGroupHeartbeat(let response) = $0 else { return }
                request.reply(response)
            }
        }
    }
}
