import KafkaProtocol

extension GroupCoordinator {
    /// LeaveGroup: all that leave in one request cause one rebalance.
    package func leaveGroup(
        _ request: LeaveGroupRequest, version: Int16, token: RequestToken, now: Timestamp
    ) -> [GroupEffect] {
        run(now) {
            var response = LeaveGroupResponse()
            let identities =
                version < 3 ? [LeaveGroupRequest.MemberIdentity(memberID: request.memberID)] : request.members
            if groups[request.groupID] == nil, let group = consumerGroup(request.groupID) {
                response.members = leave(identities, group)
                return answer(token, .leaveGroup(response.shaped(for: version)), about: group.id)
            }
            if let error = unableToLeave(request.groupID) {
                response.errorCode = error
            } else if let group = groups[request.groupID] {
                let before = group.members.count
                defer {
                    if group.members.count < before { rebalanceOrComplete(group) } else { completeJoinIfReady(group) }
                }
                for identity in identities {
                    response.members.append(
                        .init(
                            memberID: identity.memberID, groupInstanceID: identity.groupInstanceID,
                            errorCode: leave(identity, group)))
                }
            }
            reply(token, .leaveGroup(response.shaped(for: version)))
        }
    }

    private func unableToLeave(_ groupID: String) -> ErrorCode? {
        if groupID.isEmpty { return .invalidGroupId }
        guard let group = groups[groupID] else { return .unknownMemberId }
        return group.state == .dead ? .coordinatorNotAvailable : nil
    }

    private func leave(_ identity: LeaveGroupRequest.MemberIdentity, _ group: ClassicGroup) -> ErrorCode {
        let id: String
        if identity.memberID.isEmpty {
            guard let known = identity.groupInstanceID.flatMap({ group.staticMembers[$0] }) else {
                return .unknownMemberId
            }
            id = known
        } else if group.pendingMembers.contains(identity.memberID) && identity.groupInstanceID == nil {
            group.pendingMembers.remove(identity.memberID)
            timers.cancel(.pendingMember(group: group.id, member: identity.memberID))
            return .none
        } else {
            if let error = group.identityError(identity.memberID, instance: identity.groupInstanceID) { return error }
            id = identity.memberID
        }
        guard let member = group.members[id] else { return .unknownMemberId }
        drop(member, from: group, .unknownMemberId)
        return .none
    }
}

extension LeaveGroupResponse {
    /// Before version 3 one member leaves, and its error is the answer's.
    fileprivate func shaped(for version: Int16) -> LeaveGroupResponse {
        guard version < 3, errorCode == .none else { return self }
        var response = self
        response.errorCode = members.first?.errorCode ?? .none
        response.members = []
        return response
    }
}
