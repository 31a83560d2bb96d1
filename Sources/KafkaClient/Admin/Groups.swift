import KafkaProtocol

/// A group as ListGroups tells of it.
package struct GroupListing: Sendable, Hashable {
    package var id: String
    /// "consumer" for consumer groups, "connect" for others, empty for groups that only have offsets.
    package var protocolType: String
    /// Empty before Kafka 2.6.
    package var state: String
    /// "classic", "consumer" (KIP-848), "share"; empty before Kafka 3.8.
    package var type: String
}

/// All groups, and the brokers that could not be asked for theirs.
package struct GroupListings: Sendable, Equatable {
    /// Sorted by id.
    package var groups: [GroupListing] = []
    package var failures: [BrokerID: ClientError] = [:]
}

/// A member of a group with what it has been given.
package struct GroupMember: Sendable, Equatable {
    package var id: String
    package var instanceID: String?
    package var clientID: String
    package var host: String
    package var assignment: [TopicPartition]
    /// What it will have when the group has settled; nil in groups of the classic protocol.
    package var target: [TopicPartition]?
    /// Its epoch; nil in groups of the classic protocol.
    package var epoch: Int32?
}

/// A group as its coordinator describes it.
package struct GroupDescription: Sendable, Equatable {
    package var id: String
    package var state: String
    package var protocolType: String
    /// The assignor.
    package var protocolName: String
    package var members: [GroupMember]
    /// The group epoch; nil in groups of the classic protocol.
    package var epoch: Int32?
}

extension KafkaClient {
    /// The groups of all brokers. A broker that is down hides its own groups only.
    package func listGroups(states: [String] = [], timeout: Duration? = nil) async throws -> GroupListings {
        var request = ListGroupsRequest()
        request.statesFilter = states
        let answers = try await fromAllBrokers(request, deadline: deadline(timeout)) { ($0.errorCode, nil) }
        var listings = GroupListings()
        var groups: [String: GroupListing] = [:]
        for (broker, outcome) in answers {
            switch outcome {
            case .failure(let error): listings.failures[broker] = error
            case .success(let answer):
                for group in answer.groups {
                    groups[group.groupID] = GroupListing(
                        id: group.groupID, protocolType: group.protocolType, state: group.groupState,
                        type: group.groupType)
                }
            }
        }
        listings.groups = groups.values.sorted { $0.id < $1.id }
        return listings
    }

    /// Groups with their members, of the classic protocol or the new one (KIP-848); one that does not exist has state
    /// "Dead".
    package func describeGroups(
        _ groups: [String], timeout: Duration? = nil
    ) async -> Outcomes<String, GroupDescription> {
        await byCoordinator(groups, deadline(timeout)) { connection, groups, time in
            var request = DescribeGroupsRequest()
            request.groups = groups
            var outcomes: Outcomes<String, GroupDescription> = [:]
            for group in try await connection.send(request, timeout: time).groups {
                // From version 6 on a group that is not there is an error, before it was only dead.
                let code = group.errorCode == .groupIdNotFound ? ErrorCode.none : group.errorCode
                outcomes[group.groupID] = code.outcome(group.errorMessage, GroupDescription(group))
            }
            // Groups of the new protocol are dead to this API.
            let dead = outcomes.filter { (try? $0.value.get())?.state == "Dead" }.keys.sorted()
            if !dead.isEmpty, connection.version(of: ConsumerGroupDescribeRequest.self) != nil {
                let found = try await Self.describeConsumerGroups(dead, connection, time)
                outcomes.merge(found) { $1 }
            }
            return outcomes
        }
    }

    /// Those of the groups that speak the new protocol.
    private static func describeConsumerGroups(
        _ groups: [String], _ connection: BrokerConnection, _ time: Duration
    ) async throws -> Outcomes<String, GroupDescription> {
        var request = ConsumerGroupDescribeRequest()
        request.groupIDs = groups
        var outcomes: Outcomes<String, GroupDescription> = [:]
        for group in try await connection.send(request, timeout: time).groups where group.errorCode != .groupIdNotFound
        {
            outcomes[group.groupID] = group.errorCode.outcome(group.errorMessage, GroupDescription(group))
        }
        return outcomes
    }

    /// Deletes groups without members, with all that they have committed.
    package func deleteGroups(_ groups: [String], timeout: Duration? = nil) async -> Outcomes<String, Bool> {
        await byCoordinator(groups, deadline(timeout)) { connection, groups, time in
            var request = DeleteGroupsRequest()
            request.groupsNames = groups
            let answer = try await connection.send(request, timeout: time)
            return Dictionary(
                answer.results.map { ($0.groupID, $0.errorCode.outcome(nil, true)) },
                uniquingKeysWith: { first, _ in first })
        }
    }

    /// Takes members out of a group, by id.
    package func removeMembers(_ members: [String], from group: String, timeout: Duration? = nil) async throws {
        var request = LeaveGroupRequest()
        request.groupID = group
        request.memberID = members.first ?? ""
        request.members = members.map { .init(memberID: $0, groupInstanceID: nil, reason: "removed by an operator") }
        let answer = try await call(request, to: .group(group), deadline: deadline(timeout)) { ($0.errorCode, nil) }
        if let failed = answer.members.first(where: { $0.errorCode != .none }) {
            throw ClientError.broker(failed.errorCode, failed.memberID)
        }
    }
}

extension GroupDescription {
    fileprivate init(_ group: DescribeGroupsResponse.Group) {
        id = group.groupID
        state = group.errorCode == .groupIdNotFound ? "Dead" : group.groupState
        protocolType = group.protocolType
        protocolName = group.protocolData
        let isConsumer = group.protocolType == "consumer"
        members = group.members.map { member in
            GroupMember(
                id: member.memberID, instanceID: member.groupInstanceID, clientID: member.clientID,
                host: member.clientHost,
                // The blob is the members' own affair: what cannot be read is shown as nothing.
                assignment: isConsumer ? (try? ConsumerAssignment.partitions(member.memberAssignment)) ?? [] : [])
        }
    }
}

extension GroupDescription {
    fileprivate init(_ group: ConsumerGroupDescribeResponse.Group) {
        id = group.groupID
        state = group.groupState
        protocolType = "consumer"
        protocolName = group.assignorName
        epoch = group.groupEpoch
        members = group.members.map { member in
            GroupMember(
                id: member.memberID, instanceID: member.instanceID, clientID: member.clientID,
                host: member.clientHost, assignment: member.assignment.partitions,
                target: member.targetAssignment.partitions, epoch: member.memberEpoch)
        }
    }
}

extension ConsumerGroupDescribeResponse.Assignment {
    fileprivate var partitions: [TopicPartition] {
        topicPartitions.flatMap { topic in topic.partitions.map { TopicPartition(topic.topicName, $0) } }
    }
}
