import KafkaProtocol

/// What a server-side assignor goes by.
struct AssignmentInput {
    /// One member.
    struct Member {
        var id: String
        var instanceID: String?
        /// Names; those of `topics` count.
        var subscribed: Set<String>
        /// What it was to have until now.
        var target: PartitionSet
    }

    /// One topic that exists.
    struct Topic {
        var name: String
        var id: UUID
        var partitions: Int32
    }

    /// In an order that stays the same while members stay.
    var members: [Member]
    var topics: [Topic]
}

/// The server-side assignors of the new consumer protocol (KIP-848): who shall have which partitions.
package enum TargetAssignor: String, CaseIterable, Sendable {
    case uniform
    case range

    /// Every partition of every subscribed topic goes to one member that subscribes to it. Members without partitions are
    /// absent.
    func assign(_ input: AssignmentInput) -> [String: PartitionSet] {
        switch self {
        case .uniform: UniformAssignment(input).targets
        case .range: RangeAssignment.targets(input)
        }
    }
}

extension ConsumerGroup {
    /// The targets for the members, subscriptions and topics of now.
    func computedTargets(with assignor: TargetAssignor) -> [String: PartitionSet] {
        let members = members.values.sorted { a, b in
            if let first = a.instanceID, let second = b.instanceID { return first < second }
            if a.instanceID != nil || b.instanceID != nil { return a.instanceID != nil }
            return a.id < b.id
        }
        return assignor.assign(
            AssignmentInput(
                members: members.map {
                    .init(
                        id: $0.id, instanceID: $0.instanceID, subscribed: topics(of: $0),
                        target: targets[$0.id] ?? PartitionSet())
                },
                topics: topics.values.sorted { $0.topicName < $1.topicName }.map {
                    .init(name: $0.topicName, id: $0.topicID, partitions: $0.numPartitions)
                }))
    }
}
