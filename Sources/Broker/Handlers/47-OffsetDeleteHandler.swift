import Coordinators
import KafkaProtocol

/// Forgets positions of a group.
struct OffsetDeleteHandler {
    let groups: GroupRuntime

    func handle(_ request: Request<OffsetDeleteRequest>) {
        switch groups.memberCoordinator(of: request.body.groupID) {
        case .failure(let error):
            var response = OffsetDeleteResponse()
            response.errorCode = error
            request.reply(response)
        case .success(let active):
            let image = groups.topic.image
            groups.submit(to: active) { coordinator, token, now in
                coordinator.deleteOffsets(request.body, token: token, now: now) {
                    image.partition($0.topic, $0.partition) != nil
                }
            } answer: {
                guard case .offsetDelete(let response) = $0 else { return }
                request.reply(response)
            }
        }
    }
}
