import ClusterMetadata
import KafkaProtocol

/// What administrators ask of consumer groups: they see what is committed.
extension GroupCoordinator {
    /// ConsumerGroupDescribe of one group. `image` names the topics.
    package func describeConsumerGroup(_ id: String, image: MetadataImage) -> ConsumerGroupDescribeResponse.Group {
        var response = ConsumerGroupDescribeResponse.Group()
        response.groupID = id
        guard !id.isEmpty else {
            response.errorCode = .invalidGroupId
            return response
        }
        guard let group = consumerGroups[id]?.committed else {
            response.errorCode = .groupIdNotFound
            response.errorMessage =
                groups[id] == nil ? "Group \(id) not found." : "Group \(id) is not a consumer group."
            return response
        }
        response.groupState = group.state.rawValue
        response.groupEpoch = group.epoch
        response.assignmentEpoch = group.targetEpoch
        response.assignorName = group.assignor(default: config.consumerAssignors.first?.rawValue ?? "")
        response.members = group.members.values.sorted { $0.id < $1.id }.map { member in
            var entry = ConsumerGroupDescribeRequest.Member()
            entry.memberID = member.id
            entry.instanceID = member.instanceID
            entry.rackID = member.subscription.rackID
            entry.memberEpoch = member.epoch
            entry.clientID = member.subscription.clientID
            entry.clientHost = member.subscription.clientHost
            entry.subscribedTopicNames = member.subscription.subscribedTopicNames
            entry.subscribedTopicRegex = member.regex
            entry.assignment = Self.assignment(member.assigned, image)
            entry.targetAssignment = Self.assignment(group.targets[member.id] ?? PartitionSet(), image)
            entry.memberType = member.usesClassicProtocol ? 0 : 1
            return entry
        }
        return response
    }

    private static func assignment(_ partitions: PartitionSet, _ image: MetadataImage) -> DescribedAssignment {
        var assignment = DescribedAssignment()
        // Topics that were deleted have no name any more.
        assignment.topics = partitions.list.compactMap { topic in
            guard let name = image.topics[topic.topicID]?.name else { return nil }
            var entry = DescribedAssignment.Topic()
            entry.topicID = topic.topicID
            entry.topicName = name
            entry.partitions = topic.partitions
            return entry
        }
        return assignment
    }

    /// The part of ListGroups that are consumer groups; `states` in lower case, empty for all.
    func listConsumer(_ states: Set<String>) -> [ListGroupsResponse.Group] {
        consumerGroups.compactMap { id, group in
            guard let state = group.committed?.state.rawValue else { return nil }
            guard states.isEmpty || states.contains(state.lowercased()) else { return nil }
            var entry = ListGroupsResponse.Group()
            entry.groupID = id
            entry.protocolType = "consumer"
            entry.groupState = state
            entry.groupType = "consumer"
            return entry
        }
    }

    /// Takes an empty group out; its tombstones must be written.
    func deleteConsumerGroup(_ group: ConsumerGroup) -> [GroupRecord] {
        consumerGroups[group.id]?.current = nil
        return group.tombstones.map { .consumer(group: group.id, $0) }
    }
}
