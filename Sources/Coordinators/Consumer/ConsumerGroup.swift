import KafkaProtocol

/// A consumer group of the new protocol (KIP-848): what its records say, and nothing else.
struct ConsumerGroup: Sendable, Equatable {
    /// The states of a group; the raw values are their names on the wire.
    enum State: String, Sendable {
        /// No members; the group may still hold offsets.
        case empty = "Empty"
        /// The target is to be computed anew.
        case assigning = "Assigning"
        /// Members are on their way to the target.
        case reconciling = "Reconciling"
        /// Every member has what the target gives it.
        case stable = "Stable"
    }

    let id: String
    /// Rises with every change of members, subscriptions or their topics.
    private(set) var epoch: Int32 = 0
    /// The group epoch that the targets were computed for.
    private(set) var targetEpoch: Int32 = 0
    /// The topics subscribed to that exist, by name.
    private(set) var topics: [String: ConsumerGroupTopic] = [:]
    private(set) var members: [String: ConsumerMember] = [:]
    /// Instance ids to member ids.
    private(set) var staticMembers: [String: String] = [:]
    /// What each member shall have.
    private(set) var targets: [String: PartitionSet] = [:]
    /// The topics of members' regular expressions.
    private(set) var regexes: [String: ConsumerGroupRegexValue] = [:]
    /// Who has a partition, or has not confirmed giving it up.
    private var owners: [UUID: [Int32: String]] = [:]

    init(id: String) { self.id = id }

    var state: State {
        if members.isEmpty { return .empty }
        if epoch > targetEpoch { return .assigning }
        return members.values.allSatisfy { $0.state == .stable && $0.epoch == targetEpoch } ? .stable : .reconciling
    }

    /// Whether a member may be given a partition: nobody else has it.
    func isFree(_ topic: UUID, _ partition: Int32, for member: String) -> Bool {
        let owner = owners[topic]?[partition]
        return owner == nil || owner == member
    }

    /// The names a member subscribes to, those of its regular expression included.
    func topics(of member: ConsumerMember) -> Set<String> {
        var names = Set(member.subscription.subscribedTopicNames)
        if let regex = member.regex { names.formUnion(regexes[regex]?.topics ?? []) }
        return names
    }

    var subscribedTopics: Set<String> { members.values.reduce(into: []) { $0.formUnion(topics(of: $1)) } }

    /// The assignor that most members ask for.
    func assignor(default preferred: String) -> String {
        var votes: [String: Int] = [:]
        for case let name? in members.values.map(\.subscription.serverAssignor) { votes[name, default: 0] += 1 }
        return votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? preferred
    }

    /// Deletes everything that stands in the log.
    var tombstones: [ConsumerGroupRecord] {
        members.keys.sorted().flatMap(Self.tombstones(ofMember:))
            + regexes.keys.sorted().map { .resolvedRegex($0, nil) } + [.targetEpoch(nil), .topics(nil), .epoch(nil)]
    }

    static func tombstones(ofMember id: String) -> [ConsumerGroupRecord] {
        [.current(member: id, nil), .target(member: id, nil), .member(id: id, nil)]
    }

    // MARK: Records

    /// Does what a record says. Nothing else changes a group.
    mutating func apply(_ record: ConsumerGroupRecord) {
        switch record {
        case .epoch(let epoch): self.epoch = epoch ?? 0
        case .topics(let list):
            topics = Dictionary((list ?? []).map { ($0.topicName, $0) }, uniquingKeysWith: { $1 })
        case .member(let id, let value?): subscribe(id, value)
        case .member(let id, nil): remove(id)
        case .targetEpoch(let epoch): targetEpoch = epoch ?? 0
        case .target(let member, let list): targets[member] = list.map { PartitionSet($0) }
        case .current(let id, let value?): setCurrent(id, value)
        case .current(let id, nil): clearCurrent(id)
        case .resolvedRegex(let regex, let value): regexes[regex] = value
        }
    }

    private mutating func subscribe(_ id: String, _ value: ConsumerGroupMemberValue) {
        if let instance = members[id]?.instanceID, staticMembers[instance] == id { staticMembers[instance] = nil }
        members[id, default: ConsumerMember(id: id)].subscription = value
        if let instance = value.instanceID { staticMembers[instance] = id }
    }

    private mutating func remove(_ id: String) {
        clearCurrent(id)
        guard let member = members.removeValue(forKey: id) else { return }
        if let instance = member.instanceID, staticMembers[instance] == id { staticMembers[instance] = nil }
    }

    private mutating func clearCurrent(_ id: String) {
        if members[id] != nil { setCurrent(id, ConsumerGroupCurrentValue()) }
    }

    /// In a compacted log this record may come before that of the member's subscription.
    private mutating func setCurrent(_ id: String, _ value: ConsumerGroupCurrentValue) {
        var member = members[id] ?? ConsumerMember(id: id)
        let before = member.assigned.union(member.pendingRevocation)
        member.current = value
        let after = member.assigned.union(member.pendingRevocation)
        for (topic, partitions) in before.subtracting(after).byTopic {
            for partition in partitions where owners[topic]?[partition] == id { owners[topic]?[partition] = nil }
            if owners[topic]?.isEmpty == true { owners[topic] = nil }
        }
        for (topic, partitions) in after.byTopic {
            for partition in partitions { owners[topic, default: [:]][partition] = id }
        }
        members[id] = member
    }
}

extension ConsumerMember {
    /// The regular expression of its subscription; "" is none.
    var regex: String? { subscription.subscribedTopicRegex.flatMap { $0.isEmpty ? nil : $0 } }
}
