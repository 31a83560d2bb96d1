import Coordinators
import KafkaProtocol

/// Stores positions with the group's coordinator.
struct OffsetCommitHandler {
    let groups: GroupRuntime

    func handle(_ request: Request<OffsetCommitRequest>) {
        let body = request.body
        switch groups.coordinator(of: body.groupID) {
        case .failure(let error): request.reply(body.refusal(error))
        case .success(let active):
            let image = groups.topic.image
            groups.submit(to: active) { coordinator, token, now in
                coordinator.commitOffsets(body, version: request.version, token: token, now: now) {
                    image.partition($0.topic, $0.partition) != nil
                }
            } answer: {
                guard case .offsetCommit(let response) = $0 else { return }
                request.reply(response)
            }
        }
    }
}

extension OffsetCommitRequest {
    /// The same error for every partition, as this answer has no place for one error.
    fileprivate func refusal(_ error: ErrorCode) -> OffsetCommitResponse {
        var response = OffsetCommitResponse()
        response.topics = topics.map { topic in
            var result = OffsetCommitResponse.Topic()
            result.name = topic.name
            result.topicID = topic.topicID
            result.partitions = topic.partitions.map { PartitionOutcome($0.partitionIndex, error) }
            return result
        }
        return response
    }
}
