import Coordinators
import KafkaProtocol

/// Exchanges assignments; the answer waits until the leader's are stored.
struct SyncGroupHandler {
    let groups: GroupRuntime

    func handle(_ request: Request<SyncGroupRequest>) {
        switch groups.memberCoordinator(of: request.body.groupID) {
        case .failure(let error):
            var response = SyncGroupResponse()
            response.errorCode = error
            request.reply(response)
        case .success(let active):
            groups.submit(to: active) { coordinator, token, now in
                coordinator.syncGroup(request.body, token: token, now: now)
            } answer: {
                guard case .syncGroup(let response) = $0 else { return }
                request.reply(response)
            }
        }
    }
}
