import Coordinators
import KafkaProtocol

/// Takes a member into a classic group; the answer may wait for a rebalance.
struct JoinGroupHandler {
    let groups: GroupRuntime

    func handle(_ request: Request<JoinGroupRequest>) {
        switch groups.memberCoordinator(of: request.body.groupID) {
        case .failure(let error):
            var response = JoinGroupResponse()
            response.errorCode = error
            response.memberID = request.body.memberID
            request.reply(response)
        case .success(let active):
            let client = groups.client(request.client)
            let image = groups.topic.image
            groups.submit(to: active) { coordinator, token, now in
                coordinator.joinGroup(
                    request.body, version: request.version, from: client, image: image, token: token, now: now)
            } answer: {
                guard case .joinGroup(let response) = $0 else { return }
                request.reply(response)
            }
        }
    }
}
