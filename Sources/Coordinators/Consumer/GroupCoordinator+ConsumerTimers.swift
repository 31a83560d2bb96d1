import ClusterMetadata
import KafkaProtocol

/// Members of consumer groups that fall silent, or do not give partitions up in time, are taken out.
extension GroupCoordinator {
    /// A member gave a sign of life.
    func restartTimers(of member: ConsumerMember, before: ConsumerMember?, in id: String) {
        let classic = member.subscription.classicMemberMetadata
        let timeout = classic.map { Int64($0.sessionTimeoutMs) } ?? sessionTimeoutMs(of: id)
        timers.arm(.consumerSession(group: id, member: member.id), at: now + timeout)
        // The steps of a member of the classic protocol are its requests, and timed there.
        if classic != nil { return }
        if member.state != .unrevokedPartitions {
            timers.cancel(.consumerRebalance(group: id, member: member.id))
        } else if before?.state != .unrevokedPartitions || before?.epoch != member.epoch {
            startRebalanceTimer(of: member, in: id)
        }
    }

    private func sessionTimeoutMs(of id: String) -> Int64 {
        consumerGroups[id]?.configs[GroupKeys.sessionTimeout].flatMap { Int64($0.trimmed) }
            ?? config.consumerSessionTimeoutMs
    }

    func heartbeatIntervalMs(of id: String) -> Int32 {
        consumerGroups[id]?.configs[GroupKeys.heartbeatInterval].flatMap { Int32($0.trimmed) }
            ?? config.consumerHeartbeatIntervalMs
    }

    /// All timers from the beginning, as when a group was read from the log.
    func restartTimers(of group: ConsumerGroup) {
        for member in group.members.values { restartTimers(of: member, before: nil, in: group.id) }
    }

    func stopTimers(of members: Set<String>, in id: String) {
        for member in members {
            timers.cancel(.consumerSession(group: id, member: member))
            timers.cancel(.consumerRebalance(group: id, member: member))
        }
    }

    func startRebalanceTimer(of member: ConsumerMember, in id: String) {
        let timeout = Int64(max(member.subscription.rebalanceTimeoutMs, 0))
        timers.arm(.consumerRebalance(group: id, member: member.id), at: now + timeout)
    }

    func consumerSessionExpired(_ id: String, _ member: String) {
        guard let group = consumerGroup(id), group.members[member] != nil else { return }
        remove([member], from: ConsumerGroupDraft(group))
    }

    func consumerRebalanceExpired(_ id: String, _ memberID: String) {
        guard let group = consumerGroup(id), let member = group.members[memberID] else { return }
        guard member.usesClassicProtocol || member.state == .unrevokedPartitions else { return }
        remove([memberID], from: ConsumerGroupDraft(group))
    }

    /// Takes members out, and writes that; where only members of the classic protocol are left, the group goes back to it.
    func remove(_ members: [String], from group: ConsumerGroupDraft) {
        var draft = group
        draft.remove(members)
        stopTimers(of: Set(members), in: draft.group.id)
        if mayDowngrade(draft.group) { downgrade(draft) } else { write(draft, ConsumerChange(group: draft.group.id)) }
    }
}
