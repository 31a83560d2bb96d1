import KafkaProtocol

/// The other requests of members that speak the classic protocol in a group of the new one (KIP-848).
extension GroupCoordinator {
    /// SyncGroup: the member fetches what the group gives it.
    func sync(_ request: SyncGroupRequest, in group: ConsumerGroup, _ token: RequestToken) {
        let member: ConsumerMember
        switch group.classicMember(request.memberID, instance: request.groupInstanceID) {
        case .success(let found): member = found
        case .failure(let error): return refuseSync(token, error)
        }
        if request.generationID != member.epoch { return refuseSync(token, .illegalGeneration) }
        guard request.protocolType.map({ $0 == "consumer" }) ?? true,
            request.protocolName.map({ $0 == member.classicProtocolName }) ?? true
        else { return refuseSync(token, .inconsistentGroupProtocol) }
        restartTimers(of: member, before: member, in: group.id)
        if member.epoch < group.epoch, member.state != .unrevokedPartitions {
            return refuseSync(token, .rebalanceInProgress)
        }
        timers.cancel(.consumerRebalance(group: group.id, member: member.id))
        var response = SyncGroupResponse()
        response.protocolType = "consumer"
        response.protocolName = member.classicProtocolName
        response.assignment = group.classicAssignment(of: member)
        reply(token, .syncGroup(response))
    }

    /// Heartbeat: whoever has a step to go must join again, in the time it allows a rebalance.
    func heartbeat(_ request: HeartbeatRequest, in group: ConsumerGroup) -> ErrorCode {
        switch group.classicMember(request.memberID, instance: request.groupInstanceID) {
        case .failure(let error): return error
        case .success(let member):
            if request.generationID != member.epoch { return .illegalGeneration }
            restartTimers(of: member, before: member, in: group.id)
            guard group.mustRejoin(member) else { return .none }
            if !timers.isArmed(.consumerRebalance(group: group.id, member: member.id)) {
                startRebalanceTimer(of: member, in: group.id)
            }
            return .rebalanceInProgress
        }
    }

    /// LeaveGroup: all that leave in one request are one change.
    func leave(
        _ identities: [LeaveGroupRequest.MemberIdentity], _ group: ConsumerGroup
    ) -> [LeaveGroupResponse.MemberResponse] {
        var leaving: [String] = []
        let answers = identities.map { identity in
            let known = identity.memberID.isEmpty ? identity.groupInstanceID.flatMap { group.staticMembers[$0] } : nil
            var error = ErrorCode.none
            switch group.classicMember(known ?? identity.memberID, instance: identity.groupInstanceID) {
            case .failure(let refusal): error = refusal
            case .success(let member): if !leaving.contains(member.id) { leaving.append(member.id) }
            }
            return LeaveGroupResponse.MemberResponse(
                memberID: identity.memberID, groupInstanceID: identity.groupInstanceID, errorCode: error)
        }
        if !leaving.isEmpty { remove(leaving, from: ConsumerGroupDraft(group)) }
        return answers
    }
}

extension ConsumerGroup {
    /// The member of the classic protocol that a request names.
    fileprivate func classicMember(_ id: String, instance: String?) -> Result<ConsumerMember, ErrorCode> {
        if let instance {
            guard let holder = staticMembers[instance] else { return .failure(.unknownMemberId) }
            if holder != id { return .failure(.fencedInstanceId) }
        }
        guard let member = members[id], member.usesClassicProtocol else { return .failure(.unknownMemberId) }
        return .success(member)
    }

    /// Whether a member has a step to go that only a Join can make.
    fileprivate func mustRejoin(_ member: ConsumerMember) -> Bool {
        if member.epoch < epoch { return true }
        switch member.state {
        case .stable: return false
        case .unrevokedPartitions: return true
        case .unreleasedPartitions:
            let wanted = (targets[member.id] ?? PartitionSet()).subtracting(member.assigned)
            return wanted.filter { isFree($0, $1, for: member.id) } == wanted
        }
    }
}
