import Coordinators
import KafkaProtocol

/// Tells positions: of one group up to version 7, of several from 8 on.
struct OffsetFetchHandler {
    let groups: GroupRuntime

    func handle(_ request: Request<OffsetFetchRequest>) {
        let body = request.body
        var response = OffsetFetchResponse()
        if request.version >= 8 {
            response.groups = body.groups.map { positions(of: $0, body.requireStable) }
        } else {
            var asked = OffsetFetchRequest.Group()
            asked.groupID = body.groupID
            asked.topics = body.topics
            let group = positions(of: asked, body.requireStable)
            response.errorCode = group.errorCode
            response.topics = group.topics
            if request.version < 2 && group.errorCode != .none {
                response.topics = (body.topics ?? []).map { Self.refusal(of: $0, group.errorCode) }
            }
        }
        request.reply(response)
    }

    private func positions(of group: OffsetFetchRequest.Group, _ requireStable: Bool) -> OffsetFetchResponse.Group {
        switch groups.coordinator(of: group.groupID) {
        case .success(let active):
            return active.coordinator.fetchOffsets(
                of: group.groupID, topics: group.topics, memberID: group.memberID, memberEpoch: group.memberEpoch,
                requireStable: requireStable)
        case .failure(let error):
            var refused = OffsetFetchResponse.Group()
            refused.groupID = group.groupID
            refused.errorCode = error
            return refused
        }
    }

    /// Version 1 has no error for the whole group: every partition carries it.
    private static func refusal(of topic: OffsetFetchRequest.Topic, _ error: ErrorCode) -> OffsetFetchResponse.Topic {
        var result = OffsetFetchResponse.Topic()
        result.name = topic.name
        result.partitions = topic.partitionIndexes.map {
            var partition = OffsetFetchResponse.Partition()
            partition.partitionIndex = $0
            partition.errorCode = error
            return partition
        }
        return result
    }
}
