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
        switch type {
        case .classic: nil
        case .consumer:
            try await ask(ConsumerGroupDescribeRequest(), groups, connection, time, GroupDescription.init(consumer:))
        case .share: try await ask(ShareGroupDescribeRequest(), groups, connection, time, GroupDescription.init(share:))
        case .streams:
            try await ask(StreamsGroupDescribeRequest(), groups, connection, time, GroupDescription.init(streams:))
        }
    }

    private static func ask<R: GroupDescribeRequest>(
        _ request: R, _ groups: [String], _ connection: BrokerConnection, _ time: Duration,
        _ description: (R.Response.Group) -> GroupDescription
    ) async throws -> Outcomes<String, GroupDescription>? {
        guard connection.version(of: R.self) != nil else { return nil }
        var request = request
        request.groupIDs = groups
        let told = try await connection.send(request, timeout: time).groups
        // So answers who knows the API in a cluster that does not have this type of groups switched on.
        guard !told.contains(where: { $0.errorCode == .unsupportedVersion }) else { return nil }
        return told.reduce(into: [:]) { outcomes, group in
            guard group.errorCode != .groupIdNotFound else { return }
            outcomes[group.groupID] = group.errorCode.outcome(group.errorMessage, description(group))
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
