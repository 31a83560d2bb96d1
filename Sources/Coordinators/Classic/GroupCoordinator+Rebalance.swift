import KafkaProtocol
import NIOCore

/// The rebalance itself: who may join until when, which generation results, who leads it.
extension GroupCoordinator {
    /// Members changed: a rebalance starts, or goes on and may be complete.
    func rebalanceOrComplete(_ group: ClassicGroup) {
        switch group.state {
        case .empty, .stable, .completingRebalance: prepareRebalance(group)
        case .preparingRebalance: completeJoinIfReady(group)
        case .dead: break
        }
    }

    private func prepareRebalance(_ group: ClassicGroup) {
        if group.state == .completingRebalance { cancelAssignment(group, .rebalanceInProgress) }
        timers.cancel(.sync(group: group.id))
        let wasEmpty = group.state == .empty
        group.transition(to: .preparingRebalance, now: now)
        if wasEmpty {
            // Members of a starting application come one by one; waiting spares rebalances (KIP-134).
            let delay = config.initialRebalanceDelayMs
            group.newMemberAdded = false
            group.initialDelay = (delay, max(group.rebalanceTimeoutMs - delay, 0))
            timers.arm(.join(group: group.id), at: now + delay)
        } else if group.allMembersJoined {
            completeJoin(group)
        } else {
            timers.arm(.join(group: group.id), at: now + group.rebalanceTimeoutMs)
        }
    }

    func completeJoinIfReady(_ group: ClassicGroup) {
        guard group.state == .preparingRebalance, group.previousState != .empty, group.allMembersJoined else { return }
        completeJoin(group)
    }

    func joinPhaseExpired(_ groupID: String) {
        guard let group = groups[groupID], group.state == .preparingRebalance else { return }
        let (current, remaining) = group.initialDelay
        if group.previousState == .empty && group.newMemberAdded && remaining > 0 {
            group.newMemberAdded = false
            let delay = min(config.initialRebalanceDelayMs, remaining)
            group.initialDelay = (delay, max(remaining - current, 0))
            timers.arm(.join(group: groupID), at: now + delay)
        } else {
            completeJoin(group)
        }
    }

    private func completeJoin(_ group: ClassicGroup) {
        timers.cancel(.join(group: group.id))
        for member in group.membersInOrder where member.parkedJoin == nil && member.instanceID == nil {
            drop(member, from: group, .unknownMemberId)
        }
        if !electLeader(group) {
            // Only static members that are away: they keep their places until their sessions end.
            timers.arm(.join(group: group.id), at: now + max(group.rebalanceTimeoutMs, 1))
            return
        }
        group.generation = group.generation == .max ? 1 : group.generation + 1
        group.pendingSync = []
        group.assignmentInFlight = nil
        if group.members.isEmpty {
            group.protocolName = nil
            group.leader = nil
            group.transition(to: .empty, now: now)
            write([group.record()], .emptied)
        } else {
            group.protocolName = group.selectProtocol()
            group.transition(to: .completingRebalance, now: now)
            answerJoins(group)
        }
    }

    /// False when there are members but none of them has joined.
    private func electLeader(_ group: ClassicGroup) -> Bool {
        if group.members.isEmpty { return true }
        if let leader = group.leader, group.members[leader]?.parkedJoin != nil { return true }
        guard let next = group.membersInOrder.first(where: { $0.parkedJoin != nil }) else { return false }
        group.leader = next.id
        return true
    }

    private func answerJoins(_ group: ClassicGroup) {
        for member in group.membersInOrder {
            if let token = group.takeParkedJoin(of: member) {
                reply(token, .joinGroup(answer(to: member, of: group)))
            }
            restartSession(of: member, in: group)
            member.isNew = false
            group.pendingSync.insert(member.id)
        }
        timers.arm(.sync(group: group.id), at: now + group.rebalanceTimeoutMs)
    }

    /// Who has not asked for its assignment in time is out, static members too.
    func syncPhaseExpired(_ groupID: String) {
        guard let group = groups[groupID], group.state == .completingRebalance || group.state == .stable,
            !group.pendingSync.isEmpty
        else { return }
        for member in group.membersInOrder where group.pendingSync.contains(member.id) {
            drop(member, from: group, .unknownMemberId)
        }
        rebalanceOrComplete(group)
    }

    // MARK: Removing members

    /// Answers whatever the member waits for and takes it out, without a rebalance.
    func drop(_ member: ClassicMember, from group: ClassicGroup, _ error: ErrorCode) {
        refuseParked(member, of: group, error)
        cancelSession(of: member.id, in: group)
        group.remove(member)
        if group.pendingSync.isEmpty { timers.cancel(.sync(group: group.id)) }
    }

    func removeAndRebalance(_ member: ClassicMember, from group: ClassicGroup) {
        drop(member, from: group, .unknownMemberId)
        rebalanceOrComplete(group)
    }

    func refuseParked(_ member: ClassicMember, of group: ClassicGroup, _ error: ErrorCode) {
        if let token = group.takeParkedJoin(of: member) { refuseJoin(token, error, memberID: member.id) }
        if let token = member.parkedSync {
            member.parkedSync = nil
            refuseSync(token, error)
        }
    }
}
