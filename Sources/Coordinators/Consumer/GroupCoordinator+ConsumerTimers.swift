import ClusterMetadata
import KafkaProtocol

/// Members of consumer groups that fall silent, or do not give partitions up in time, are taken out.
extension GroupCoordinator {
    /// A member gave a sign of life.
    func restartTimers(of member: ConsumerMember, before: ConsumerMember?, in id: String) {
        timers.arm(.consumerSession(group: id, member: member.id), at: now + sessionTimeoutMs(of: id))
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

    private func startRebalanceTimer(of member: ConsumerMember, in id: String) {
        let timeout = Int64(max(member.subscription.rebalanceTimeoutMs, 0))
        timers.arm(.consumerRebalance(group: id, member: member.id), at: now + timeout)
    }

    func consumerSessionExpired(_ id: String, _ member: String) {
        if consumerGroup(id)?.members[member] != nil { remove(member, from: id) }
    }

    func consumerRebalanceExpired(_ id: String, _ member: String) {
        if consumerGroup(id)?.members[member]?.state == .unrevokedPartitions { remove(member, from: id) }
    }

    private func remove(_ member: String, from id: String) {
        guard let group = consumerGroup(id) else { return }
        stopTimers(of: [member], in: id)
        var draft = ConsumerGroupDraft(group)
        draft.remove([member])
        write(draft, ConsumerChange(group: id))
    }
}
