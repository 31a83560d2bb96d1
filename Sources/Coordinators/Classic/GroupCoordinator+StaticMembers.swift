import KafkaProtocol
import NIOCore

/// Static membership (KIP-345): a member with an instance id that comes back without its member id takes its old place.
extension GroupCoordinator {
    func replaceStatic(_ member: ClassicMember, newID: String, _ join: Join, _ group: ClassicGroup) {
        let undo = StaticReplacement(
            group: group.id, token: join.token, version: join.version, oldID: member.id, newID: newID,
            oldLeader: group.leader ?? "", oldProtocols: member.protocols,
            oldTimeouts: (member.rebalanceTimeoutMs, member.sessionTimeoutMs))
        refuseParked(member, of: group, .fencedInstanceId)
        cancelSession(of: member.id, in: group)
        group.rename(member, to: newID)
        restartSession(of: member, in: group)
        let keepsAssignment = group.state == .stable
        update(member, join, group, parking: !keepsAssignment)
        guard keepsAssignment else { return rebalanceOrComplete(group) }
        guard group.selectProtocol() == group.protocolName, hasRoomToWrite else {
            _ = group.park(join: join.token, of: member)
            return rebalanceOrComplete(group)
        }
        write([group.record()], .replacement(undo))
    }

    func replacementSettled(_ change: StaticReplacement, _ error: ErrorCode?) {
        guard let group = groups[change.group], let member = group.members[change.newID] else {
            // Replaced once more, or removed, while the record was on its way.
            return refuseJoin(change.token, error ?? .unknownMemberId, memberID: change.newID)
        }
        if let error {
            revert(change, member, group)
            return refuseJoin(change.token, error, memberID: "")
        }
        guard group.state == .stable else {
            return refuseJoin(change.token, .rebalanceInProgress, memberID: change.newID)
        }
        var response = answer(to: member, of: group)
        if change.version >= 9 {
            response.skipAssignment = group.isLeader(member.id)
        } else {
            // Old clients would assign anew as the leader; naming the old id makes them followers.
            response.leader = change.oldLeader
            response.members = []
        }
        reply(change.token, .joinGroup(response))
    }

    private func revert(_ change: StaticReplacement, _ member: ClassicMember, _ group: ClassicGroup) {
        cancelSession(of: member.id, in: group)
        group.rename(member, to: change.oldID)
        group.setProtocols(change.oldProtocols, of: member)
        (member.rebalanceTimeoutMs, member.sessionTimeoutMs) = change.oldTimeouts
        restartSession(of: member, in: group)
    }
}

extension ClassicGroup {
    /// Whether a request names a member of this group: 25 for strangers, 82 for a static member that was replaced.
    func identityError(_ memberID: String, instance: String?) -> ErrorCode? {
        if let instance {
            guard let current = staticMembers[instance] else { return .unknownMemberId }
            return current == memberID ? nil : .fencedInstanceId
        }
        return members[memberID] == nil ? .unknownMemberId : nil
    }
}
