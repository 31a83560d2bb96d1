import ClusterMetadata
import KafkaProtocol

/// A change of a consumer group as it comes about: the group as it will be, and the records that make it so.
struct ConsumerGroupDraft {
    private(set) var group: ConsumerGroup
    private(set) var records: [ConsumerGroupRecord] = []

    init(_ group: ConsumerGroup) { self.group = group }

    /// The records as they go into the log.
    var groupRecords: [GroupRecord] { records.map { .consumer(group: group.id, $0) } }

    mutating func append(_ record: ConsumerGroupRecord) {
        group.apply(record)
        records.append(record)
    }

    // MARK: Members

    mutating func setSubscription(_ value: ConsumerGroupMemberValue, of id: String) {
        if group.members[id]?.subscription != value { append(.member(id: id, value)) }
    }

    mutating func setCurrent(_ member: ConsumerMember) {
        if group.members[member.id] != member { append(.current(member: member.id, member.current)) }
    }

    /// Takes members out; what they had is free at once, and the next heartbeat of anybody computes a new target.
    mutating func remove(_ ids: [String]) {
        for id in ids { for record in ConsumerGroup.tombstones(ofMember: id) { append(record) } }
        forgetUnusedRegexes()
        let subscribed = group.subscribedTopics
        setTopics(group.topics.values.filter { subscribed.contains($0.topicName) })
        raiseEpoch()
    }

    /// A static member comes back under a new id and takes the place of the old one (KIP-345).
    mutating func replace(_ old: ConsumerMember, with id: String) {
        let target = group.targets[old.id]
        for record in ConsumerGroup.tombstones(ofMember: old.id) { append(record) }
        append(.member(id: id, old.subscription))
        if let target { append(.target(member: id, target.list)) }
        guard var member = group.members[id] else { return }
        member.assigned = old.assigned
        member.previousEpoch = 0
        append(.current(member: id, member.current))
    }

    // MARK: The group

    mutating func raiseEpoch() { append(.epoch(group.epoch + 1)) }

    /// Looks at the topics that members subscribe to. Returns whether they are others than before.
    mutating func refreshTopics(_ image: MetadataImage) -> Bool {
        let found = group.subscribedTopics.compactMap { name -> ConsumerGroupTopic? in
            guard let topic = image.topic(named: name) else { return nil }
            return .init(topicID: topic.id, topicName: name, numPartitions: Int32(topic.partitions.count))
        }
        return setTopics(found)
    }

    @discardableResult
    private mutating func setTopics(_ topics: some Sequence<ConsumerGroupTopic>) -> Bool {
        let sorted = topics.sorted { $0.topicName < $1.topicName }
        guard sorted != group.topics.values.sorted(by: { $0.topicName < $1.topicName }) else { return false }
        append(.topics(sorted))
        return true
    }

    /// Computes the targets of the group's epoch, if those that stand are of an earlier one.
    mutating func computeTargets(_ config: GroupConfig) {
        guard group.epoch > group.targetEpoch else { return }
        let preferred = config.consumerAssignors.first ?? .uniform
        let assignor = TargetAssignor(rawValue: group.assignor(default: preferred.rawValue)) ?? preferred
        let targets = group.computedTargets(with: assignor)
        for id in group.members.keys.sorted() {
            let target = targets[id] ?? PartitionSet()
            if group.targets[id] != target { append(.target(member: id, target.list)) }
        }
        append(.targetEpoch(group.epoch))
    }

    /// Takes a member one step closer to its target.
    mutating func reconcile(_ id: String, owned: PartitionSet?) {
        guard let member = group.members[id] else { return }
        let group = group
        setCurrent(
            member.reconciled(
                with: group.targets[id] ?? PartitionSet(), at: group.targetEpoch, owned: owned,
                isFree: { group.isFree($0, $1, for: id) }))
    }
}
