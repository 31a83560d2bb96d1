import KafkaProtocol

/// A group of the new protocol becomes a classic one when the last member that speaks the new one is gone (KIP-848).
extension GroupCoordinator {
    /// Whether only members of the classic protocol are left, and the group may go back to it.
    func mayDowngrade(_ group: ConsumerGroup) -> Bool {
        config.migrationPolicy.allowsDowngrade && !group.members.isEmpty
            && group.members.values.allSatisfy(\.usesClassicProtocol) && group.members.count <= config.effectiveMaxSize
    }

    /// Writes the group as a classic one, whose members must join again.
    func downgrade(_ draft: ConsumerGroupDraft) {
        let id = draft.group.id
        let classic = classicGroup(of: draft.group)
        var change = draft
        for record in draft.group.tombstones { change.append(record) }
        stopTimers(of: Set(draft.group.members.keys), in: id)
        write(
            change.groupRecords + [classic.record()],
            .consumerChange(ConsumerChange(group: id, successor: classic.generation)))
        consumerGroups[id]?.current = nil
        consumerGroups[id]?.lastWrite = lastWrite
        groups[id] = classic
        for member in classic.members.values { restartSession(of: member, in: classic) }
        rebalanceOrComplete(classic)
    }

    private func classicGroup(of group: ConsumerGroup) -> ClassicGroup {
        let classic = ClassicGroup(id: group.id, now: now)
        classic.protocolType = "consumer"
        classic.generation = group.epoch
        for member in group.members.values.sorted(by: { $0.id < $1.id }) {
            guard let metadata = member.subscription.classicMemberMetadata else { continue }
            arrivals += 1
            let entry = ClassicMember(
                id: member.id, instanceID: member.instanceID, clientID: member.subscription.clientID,
                clientHost: member.subscription.clientHost,
                rebalanceTimeoutMs: max(member.subscription.rebalanceTimeoutMs, 0),
                sessionTimeoutMs: metadata.sessionTimeoutMs, protocols: metadata.supportedProtocols, order: arrivals)
            entry.assignment = group.classicAssignment(of: member)
            classic.add(entry)
        }
        classic.protocolName = classic.selectProtocol()
        classic.restore(state: .stable, since: now)
        return classic
    }
}
