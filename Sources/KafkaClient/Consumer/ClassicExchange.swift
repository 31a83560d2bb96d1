import KafkaProtocol

/// The exchange by which a member joins its group and gets its partitions (the classic protocol).
struct ClassicExchange: GroupExchange {
    let client: KafkaClient
    let configuration: GroupConfiguration
    let lane: Int

    func join(_ membership: inout Membership) async throws -> GroupHeartbeat {
        var answer = try await join(as: membership.memberID)
        // The coordinator wants the id that it has just given to be used (KIP-394).
        if answer.errorCode == .memberIdRequired {
            guard membership.memberID.isEmpty, !answer.memberID.isEmpty else {
                throw ClientError.broker(.memberIdRequired, nil)
            }
            membership.memberID = answer.memberID
            answer = try await join(as: membership.memberID)
        }
        membership = Membership(memberID: answer.memberID, generation: answer.generationID)
        let partitions = try await sync(membership, answer)
        return GroupHeartbeat(
            generation: membership.generation, partitions: Set(partitions), interval: configuration.heartbeatInterval)
    }

    private func join(as memberID: String) async throws -> JoinGroupResponse {
        var request = JoinGroupRequest()
        request.groupID = configuration.groupID
        request.sessionTimeoutMs = configuration.sessionTimeout.milliseconds
        request.rebalanceTimeoutMs = configuration.rebalanceTimeout.milliseconds
        request.memberID = memberID
        request.protocolType = "consumer"
        var subscription = ConsumerSubscription()
        subscription.topics = configuration.topics.sorted()
        request.protocols = [.init(name: RangeAssignor.name, metadata: try subscription.versionedBlob(version: 0))]
        // A coordinator answers only when everybody has joined.
        let patience = configuration.rebalanceTimeout + .seconds(5)
        return try await client.call(
            request, to: .group(configuration.groupID), deadline: .now + patience, lane: lane, requestTimeout: patience
        ) {
            ($0.errorCode == .memberIdRequired ? .none : $0.errorCode, nil)
        }
    }

    /// Gets the member's share. A coordinator that calls the request invalid has moved on meanwhile (librdkafka's mock
    /// answers so to whoever is slower than the leader), so that means: join again.
    private func sync(_ membership: Membership, _ joined: JoinGroupResponse) async throws -> [TopicPartition] {
        var request = SyncGroupRequest()
        request.groupID = configuration.groupID
        request.generationID = membership.generation
        request.memberID = membership.memberID
        request.protocolType = "consumer"
        request.protocolName = joined.protocolName
        if joined.leader == joined.memberID && !joined.skipAssignment {
            request.assignments = try await assignments(joined.members)
        }
        let patience = configuration.rebalanceTimeout + .seconds(5)
        let answer = try await client.call(
            request, to: .group(configuration.groupID), deadline: .now + patience, lane: lane, requestTimeout: patience
        ) { ($0.errorCode == .invalidRequest ? .rebalanceInProgress : $0.errorCode, nil) }
        return try ConsumerAssignment.partitions(answer.assignment)
    }

    /// What the leader decides for everybody.
    private func assignments(_ members: [JoinGroupResponse.Member]) async throws -> [SyncGroupRequest.Assignment] {
        var subscriptions: [String: Set<String>] = [:]
        for member in members {
            let subscription = try? ConsumerSubscription(
                versionedBlob: member.metadata, newest: ConsumerSubscription.newestVersion)
            subscriptions[member.memberID] = Set(subscription?.topics ?? [])
        }
        let topics = subscriptions.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        var counts: [String: Int32] = [:]
        for (topic, found) in await client.describeTopics(topics.sorted(), timeout: .seconds(10)) {
            if case .success(let description) = found { counts[topic] = Int32(clamping: description.partitions.count) }
        }
        return try RangeAssignor.assign(subscriptions, counts: counts).map { member, partitions in
            var assignment = ConsumerAssignment()
            assignment.assignedPartitions = partitions.byTopic()
            return .init(memberID: member, assignment: try assignment.versionedBlob(version: 0))
        }
    }

    func heartbeat(_ membership: Membership) async throws -> GroupHeartbeat {
        var request = HeartbeatRequest()
        request.groupID = configuration.groupID
        request.generationID = membership.generation
        request.memberID = membership.memberID
        _ = try await client.call(
            request, to: .group(configuration.groupID), deadline: .now + configuration.sessionTimeout, lane: lane
        ) { ($0.errorCode, nil) }
        return GroupHeartbeat(generation: membership.generation, interval: configuration.heartbeatInterval)
    }

    func leave(_ membership: Membership) async throws {
        var request = LeaveGroupRequest()
        request.groupID = configuration.groupID
        request.memberID = membership.memberID
        request.members = [
            .init(memberID: membership.memberID, groupInstanceID: nil, reason: "the consumer is being closed")
        ]
        _ = try await client.call(
            request, to: .group(configuration.groupID), deadline: .now + .seconds(5), lane: lane
        ) { ($0.errorCode, nil) }
    }
}
