import Coordinators
import KafkaProtocol

/// Takes members out of a classic group.
struct LeaveGroupHandler {
    let groups: GroupRuntime

    func handle(_ request: Request<LeaveGroupRequest>) {
        switch groups.memberCoordinator(of: request.body.groupID) {
        case .failure(let error):
            var response = LeaveGroupResponse()
            response.errorCode = error
            request.reply(response)
        case .success(let active):
            groups.submit(to: active) { coordinator, token, now in
                coordinator.leaveGroup(request.body, version: request.version, token: token, now: now)
            } answer: {
                guard case .leaveGroup(let response) = $0 else { return }
                request.reply(response)
            }
        }
    }
}
