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
            let active = subscriptions(of: request.groupID)
            let known = positions(of: request.groupID, with: pendingPositions)
            for topic in request.topics where response.errorCode == .none {
                var result = OffsetDeleteResponse.Topic()
                result.name = topic.name
                for partition in topic.partitions {
                    let key = TopicPartition(topic.name, partition.partitionIndex)
                    var error = ErrorCode.none
                    if !exists(key) {
                        error = .unknownTopicOrPartition
                    } else if active.contains(topic.name) {
                        error = .groupSubscribedToTopic
                    } else if known.contains(key) {
                        tombstones.append(.offset(group: request.groupID, key, nil))
                    }
                    result.partitions.append(PartitionOutcome(partition.partitionIndex, error))
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

    /// The topics that members subscribe to.
    private func subscriptions(of groupID: String) -> Subscriptions {
        if let group = consumerGroup(groupID) { return .topics(group.subscribedTopics) }
        guard let group = groups[groupID], group.state != .empty else { return .topics([]) }
        return group.subscribedTopics.map { .topics($0) } ?? .unknown
    }

    private enum Subscriptions {
        case topics(Set<String>)
        /// Any topic may be among them.
        case unknown

        func contains(_ topic: String) -> Bool {
            switch self {
            case .topics(let topics): topics.contains(topic)
            case .unknown: true
            }
        }
    }

    private func refusal(of request: OffsetDeleteRequest) -> ErrorCode {
        if request.groupID.isEmpty { return .invalidGroupId }
        if consumerGroup(request.groupID) != nil { return hasRoomToWrite ? .none : .coordinatorNotAvailable }
        guard let group = groups[request.groupID], group.state != .dead else { return .groupIdNotFound }
        if group.state != .empty && group.protocolType != "consumer" { return .nonEmptyGroup }
        return hasRoomToWrite ? .none : .coordinatorNotAvailable
    }
}
