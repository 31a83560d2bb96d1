import KafkaProtocol

/// The exchange of a member with a group of the new protocol (KIP-848): heartbeats say everything, and the coordinator
/// gives and takes partitions one by one.
struct ConsumerExchange: GroupExchange {
    let client: KafkaClient
    let configuration: GroupConfiguration
    let lane: Int
    /// What reads the partitions that the member has.
    let consumer: Consumer

    func join(_ membership: inout Membership) async throws -> GroupHeartbeat {
        var random = SystemRandomNumberGenerator()
        if membership.memberID.isEmpty { membership.memberID = UUID.random(using: &random).description }
        var request = request(membership.memberID, epoch: 0)
        request.topicPartitions = []
        let share = try await send(request, [:])
        membership.generation = share.generation
        return share
    }

    /// Tells the group also what the member has, so that it knows what was given up.
    func heartbeat(_ membership: Membership) async throws -> GroupHeartbeat {
        var request = request(membership.memberID, epoch: membership.generation)
        let ids = try await topicIDs()
        request.topicPartitions = await consumer.assignment.byTopic().compactMap { owned in
            ids[owned.name].map { .init(topicID: $0, partitions: owned.partitions) }
        }
        return try await send(request, ids)
    }

    func leave(_ membership: Membership) async throws {
        _ = try await call(request(membership.memberID, epoch: -1), .now + .seconds(5))
    }

    private func request(_ id: String, epoch: Int32) -> ConsumerGroupHeartbeatRequest {
        var request = ConsumerGroupHeartbeatRequest()
        request.groupID = configuration.groupID
        request.memberID = id
        request.memberEpoch = epoch
        // Everything each time, so that the answer tells everything too: one that was lost may have told of a partition that
        // must be given up.
        request.rebalanceTimeoutMs = configuration.rebalanceTimeout.milliseconds
        request.subscribedTopicNames = configuration.topics.sorted()
        return request
    }

    private func send(_ request: ConsumerGroupHeartbeatRequest, _ ids: [String: UUID]) async throws -> GroupHeartbeat {
        let answer = try await call(request, .now + configuration.sessionTimeout)
        let interval = Duration.milliseconds(max(answer.heartbeatIntervalMs, 1))
        var share = GroupHeartbeat(generation: answer.memberEpoch, interval: interval)
        guard let assignment = answer.assignment else { return share }
        let known = ids.isEmpty ? try await topicIDs() : ids
        let names = Dictionary(known.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
        // A topic that nobody knows by now was deleted, and the next assignment is without it.
        share.partitions = assignment.topicPartitions.reduce(into: []) { all, topic in
            guard let name = names[topic.topicID] else { return }
            for partition in topic.partitions { all.insert(TopicPartition(name, partition)) }
        }
        return share
    }

    private func call(
        _ request: ConsumerGroupHeartbeatRequest, _ deadline: Deadline
    ) async throws -> ConsumerGroupHeartbeatResponse {
        try await client.call(request, to: .group(configuration.groupID), deadline: deadline, lane: lane) {
            ($0.errorCode, $0.errorMessage)
        }
    }

    private func topicIDs() async throws -> [String: UUID] {
        await client.describeTopics(configuration.topics, timeout: .seconds(10)).compactMapValues { try? $0.get().id }
    }
}
