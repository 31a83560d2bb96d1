import KafkaProtocol

/// A group as ListGroups tells of it.
package struct GroupListing: Sendable, Hashable {
    package var id: String
    /// "consumer" for consumer groups, "connect" for others, empty for groups that only have offsets.
    package var protocolType: String
    /// Empty before Kafka 2.6.
    package var state: String
    /// "classic", "consumer", "share", "streams"; empty before Kafka 3.8.
    package var type: String
}

/// Which protocol a group speaks, and with it what can be asked of it.
package enum GroupType: String, Sendable {
    case classic
    /// KIP-848.
    case consumer
    /// KIP-932: no committed offsets; several members may read a partition.
    case share
    /// KIP-1071: a Kafka Streams application.
    case streams

    /// As brokers tell it; nil for an empty word and for types that are not known here.
    package init?(told word: String) { self.init(rawValue: word.lowercased()) }

    /// What describes it.
    var describing: APIKey {
        switch self {
        case .classic: .describeGroups
        case .consumer: .consumerGroupDescribe
        case .share: .shareGroupDescribe
        case .streams: .streamsGroupDescribe
        }
    }
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
    /// What it will have when the group has settled; nil where the protocol does not tell.
    package var target: [TopicPartition]?
    /// Its epoch; nil in groups of the classic protocol.
    package var epoch: Int32?
    /// Its tasks; nil but in streams groups.
    package var streams: StreamsMember?
}

/// A group as its coordinator describes it.
package struct GroupDescription: Sendable, Equatable {
    package var id: String
    package var type = GroupType.classic
    package var state: String
    package var protocolType: String
    /// The assignor.
    package var protocolName: String
    package var members: [GroupMember]
    /// The group epoch; nil in groups of the classic protocol.
    package var epoch: Int32?
    /// What the application consists of; nil but in streams groups.
    package var topology: StreamsTopology?
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

    /// Groups with their members, of any type; one that does not exist has state "Dead".
    ///
    /// - Parameter types: what is known of their types. Share and streams groups are then asked for by their own API alone;
    ///   where the cluster does not have that, they have `notOffered`.
    package func describeGroups(
        _ groups: [String], types: [String: GroupType] = [:], timeout: Duration? = nil
    ) async -> Outcomes<String, GroupDescription> {
        await byCoordinator(groups, deadline(timeout)) { connection, groups, time in
            var outcomes: Outcomes<String, GroupDescription> = [:]
            for (type, share) in Dictionary(grouping: groups, by: { types[$0] ?? .classic }) {
                let found =
                    switch type {
                    case .classic, .consumer: try await Self.describe(share, connection, time)
                    case .share, .streams: try await Self.describe(share, knownAs: type, connection, time)
                    }
                outcomes.merge(found) { $1 }
            }
            return outcomes
        }
    }

    private static func describe(
        _ groups: [String], _ connection: BrokerConnection, _ time: Duration
    ) async throws -> Outcomes<String, GroupDescription> {
        var request = DescribeGroupsRequest()
        request.groups = groups
        var outcomes: Outcomes<String, GroupDescription> = [:]
        for group in try await connection.send(request, timeout: time).groups {
            // From version 6 on a group that is not there is an error, before it was only dead.
            let code = group.errorCode == .groupIdNotFound ? ErrorCode.none : group.errorCode
            outcomes[group.groupID] = code.outcome(group.errorMessage, GroupDescription(group))
        }
        // Groups of the newer protocols are dead to this API.
        for type in [GroupType.consumer, .share, .streams] {
            let dead = outcomes.filter { (try? $0.value.get())?.state == "Dead" }.keys.sorted()
            guard !dead.isEmpty else { break }
            outcomes.merge(try await describe(dead, as: type, connection, time) ?? [:]) { $1 }
        }
        return outcomes
    }

    private static func describe(
        _ groups: [String], knownAs type: GroupType, _ connection: BrokerConnection, _ time: Duration
    ) async throws -> Outcomes<String, GroupDescription> {
        let found = try await describe(groups, as: type, connection, time)
        return groups.reduce(into: found ?? [:]) { outcomes, group in
            guard outcomes[group] == nil else { return }
            outcomes[group] = found == nil ? .failure(.notOffered(type.describing)) : .success(.dead(group, type))
        }
    }

    /// Those of the groups that are of a type; nil where the broker does not describe that type.
    private static func describe(
        _ groups: [String], as type: GroupType, _ connection: BrokerConnection, _ time: Duration
    ) async throws -> Outcomes<String, GroupDescription>? {
        let told: [(code: ErrorCode, message: String?, found: GroupDescription)]
        switch type {
        case .consumer where connection.version(of: ConsumerGroupDescribeRequest.self) != nil:
            var request = ConsumerGroupDescribeRequest()
            request.groupIDs = groups
            told = try await connection.send(request, timeout: time).groups.map {
                ($0.errorCode, $0.errorMessage, GroupDescription($0))
            }
        case .share where connection.version(of: ShareGroupDescribeRequest.self) != nil:
            var request = ShareGroupDescribeRequest()
            request.groupIDs = groups
            told = try await connection.send(request, timeout: time).groups.map {
                ($0.errorCode, $0.errorMessage, GroupDescription($0))
            }
        case .streams where connection.version(of: StreamsGroupDescribeRequest.self) != nil:
            var request = StreamsGroupDescribeRequest()
            request.groupIDs = groups
            told = try await connection.send(request, timeout: time).groups.map {
                ($0.errorCode, $0.errorMessage, GroupDescription($0))
            }
        default: return nil
        }
        // So answers who knows the API in a cluster that does not have this type of groups switched on.
        guard !told.contains(where: { $0.code == .unsupportedVersion }) else { return nil }
        return told.reduce(into: [:]) { outcomes, group in
            guard group.code != .groupIdNotFound else { return }
            outcomes[group.found.id] = group.code.outcome(group.message, group.found)
        }
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
    /// A group that does not exist.
    fileprivate static func dead(_ id: String, _ type: GroupType) -> GroupDescription {
        GroupDescription(id: id, type: type, state: "Dead", protocolType: "", protocolName: "", members: [])
    }

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
        type = .consumer
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

    fileprivate init(_ group: ShareGroupDescribeResponse.Group) {
        id = group.groupID
        type = .share
        state = group.groupState
        protocolType = "share"
        protocolName = group.assignorName
        epoch = group.groupEpoch
        members = group.members.map { member in
            GroupMember(
                id: member.memberID, clientID: member.clientID, host: member.clientHost,
                assignment: member.assignment.partitions, epoch: member.memberEpoch)
        }
    }

    fileprivate init(_ group: StreamsGroupDescribeResponse.Group) {
        id = group.groupID
        type = .streams
        state = group.groupState
        protocolType = "streams"
        protocolName = ""
        epoch = group.groupEpoch
        let topology = group.topology.map(StreamsTopology.init)
        self.topology = topology
        members = group.members.map { member in
            let streams = StreamsMember(
                processID: member.processID, topologyEpoch: member.topologyEpoch, tasks: member.assignment.tasks,
                target: member.targetAssignment.tasks)
            return GroupMember(
                id: member.memberID, instanceID: member.instanceID, clientID: member.clientID,
                host: member.clientHost, assignment: topology?.partitions(of: streams.tasks.active) ?? [],
                target: topology?.partitions(of: streams.target.active), epoch: member.memberEpoch, streams: streams)
        }
    }
}

extension ConsumerGroupDescribeResponse.Assignment {
    fileprivate var partitions: [TopicPartition] {
        topicPartitions.flatMap { topic in topic.partitions.map { TopicPartition(topic.topicName, $0) } }
    }
}

extension StreamsTopology {
    fileprivate init(_ told: StreamsGroupDescribeResponse.Topology) {
        self.init(
            epoch: told.epoch,
            subtopologies: told.subtopologies?.map { part in
                Subtopology(
                    id: part.subtopologyID, sources: part.sourceTopics + part.repartitionSourceTopics.map(\.name))
            })
    }
}

extension StreamsGroupDescribeResponse.Assignment {
    fileprivate var tasks: StreamsTasks {
        StreamsTasks(
            active: Self.tasks(activeTasks), standby: Self.tasks(standbyTasks), warmup: Self.tasks(warmupTasks))
    }

    private static func tasks(_ told: [StreamsGroupDescribeResponse.TaskIDs]) -> [StreamsTask] {
        told.flatMap { part in part.partitions.map { StreamsTask(part.subtopologyID, $0) } }.sorted()
    }
}
