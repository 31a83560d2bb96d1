import ClusterMetadata
import KafkaProtocol

/// A classic group with members becomes one of the new protocol when the first member that speaks it joins (KIP-848). The
/// others go on with the classic protocol, and get their partitions from the broker.
extension GroupCoordinator {
    /// The group as it would be; nothing is changed yet.
    func upgraded(_ classic: ClassicGroup, _ image: MetadataImage) throws(ConsumerRefusal) -> ConsumerGroupDraft {
        var draft = ConsumerGroupDraft(ConsumerGroup(id: classic.id))
        guard classic.state != .empty else { return draft }
        guard config.migrationPolicy.allowsUpgrade, classic.protocolType == "consumer",
            classic.members.count <= config.effectiveConsumerMaxSize
        else {
            throw ConsumerRefusal(.groupIdNotFound, "Group \(classic.id) has members of the classic protocol.")
        }
        draft.append(.epoch(classic.generation))
        for member in classic.membersInOrder { try draft.take(member, of: classic, image) }
        _ = draft.refreshTopics(image)
        draft.append(.targetEpoch(classic.generation))
        return draft
    }

    /// Ends a classic group whose place is taken: whoever waits is told to join again.
    func giveUp(_ classic: ClassicGroup) {
        for member in classic.membersInOrder {
            refuseParked(member, of: classic, .rebalanceInProgress)
            cancelSession(of: member.id, in: classic)
        }
        for pending in classic.pendingMembers {
            timers.cancel(.pendingMember(group: classic.id, member: pending))
        }
        timers.cancel(.join(group: classic.id))
        timers.cancel(.sync(group: classic.id))
        classic.pendingMembers = []
        classic.pendingSync = []
        groups[classic.id] = nil
    }
}

extension ConsumerGroupDraft {
    /// A member of the classic group has what it was assigned, and shall have it until the next target.
    fileprivate mutating func take(
        _ member: ClassicMember, of classic: ClassicGroup, _ image: MetadataImage
    ) throws(ConsumerRefusal) {
        guard let subscription = ClassicSubscription(member, of: classic, image),
            let given = member.assignedPartitions(image)
        else {
            throw ConsumerRefusal(
                .groupIdNotFound, "Member \(member.id) of group \(classic.id) has metadata that cannot be read.")
        }
        // A cooperative member (KIP-429) that was not told of its last assignment goes on with what it had when it joined;
        // Kafka gives that away at once.
        let id = member.id
        let assigned = given.union(subscription.owned.filter { group.isFree($0, $1, for: id) })
        append(.member(id: member.id, subscription.value))
        append(.target(member: member.id, assigned.list))
        guard var current = group.members[member.id] else { return }
        current.epoch = classic.generation
        current.previousEpoch = classic.generation
        current.assigned = assigned
        setCurrent(current)
    }
}

extension ClassicMember {
    /// Nil when its assignment is not readable; nothing when it has none yet.
    fileprivate func assignedPartitions(_ image: MetadataImage) -> PartitionSet? {
        if assignment.readableBytes == 0 { return PartitionSet() }
        let read = try? ConsumerAssignment(versionedBlob: assignment, newest: ConsumerAssignment.newestVersion)
        return read.map { PartitionSet($0.assignedPartitions, image) }
    }
}
