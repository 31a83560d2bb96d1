import Coordinators
import KafkaProtocol

/// Keeps a member's session.
struct HeartbeatHandler {
    let groups: GroupRuntime

    func handle(_ request: Request<HeartbeatRequest>) {
        switch groups.memberCoordinator(of: request.body.groupID) {
        case .failure(let error):
            var response = HeartbeatResponse()
            response.errorCode = error
            request.reply(response)
        case .success(let active):
            groups.submit(to: active) { coordinator, token, now in
                coordinator.heartbeat(request.body, token: token, now: now)
            } answer: {
                guard case .heartbeat(let response) = $0 else { return }
                request.reply(response)
            }
        }
    }
}
