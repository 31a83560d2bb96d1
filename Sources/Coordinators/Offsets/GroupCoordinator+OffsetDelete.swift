import KafkaProtocol

extension GroupCoordinator {
    /// OffsetDelete (KIP-496): while a consumer group is active only topics that no member subscribes to.
    package func deleteOffsets(
        _ request: OffsetDeleteRequest, token: RequestToken, now: Timestamp, exists: (TopicPartition) -> Bool
    ) -> [GroupEffect] {
        run(now) {
            var response = OffsetDeleteResponse()
            response.errorCode = refusal(of: request)
            var tombstones: [GroupRecord] = []
            let group = groups[request.groupID]
            let active = group.map { $0.state != .empty } ?? false
            let subscribed = group?.subscribedTopics
            let known = positions(of: request.groupID, with: pendingPositions)
            for topic in request.topics where response.errorCode == .none {
                var result = OffsetDeleteResponse.Topic()
                result.name = topic.name
                for partition in topic.partitions {
                    let key = TopicPartition(topic.name, partition.partitionIndex)
                    var error = ErrorCode.none
                    if !exists(key) {
                        error = .unknownTopicOrPartition
                    } else if active && (subscribed?.contains(topic.name) ?? true) {
                        error = .groupSubscribedToTopic
                    } else if known.contains(key) {
                        tombstones.append(.offset(group: request.groupID, key, nil))
                    }
                    result.partitions.append(.init(partitionIndex: partition.partitionIndex, errorCode: error))
                }
                response.topics.append(result)
            }
            if tombstones.isEmpty {
                reply(token, .offsetDelete(response))
            } else {
                write(tombstones, .forgetting(token, response))
            }
        }
    }

    private func refusal(of request: OffsetDeleteRequest) -> ErrorCode {
        if request.groupID.isEmpty { return .invalidGroupId }
        guard let group = groups[request.groupID], group.state != .dead else { return .groupIdNotFound }
        if group.state != .empty && group.protocolType != "consumer" { return .nonEmptyGroup }
        return hasRoomToWrite ? .none : .coordinatorNotAvailable
    }
}
