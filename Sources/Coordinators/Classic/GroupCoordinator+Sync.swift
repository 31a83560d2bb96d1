import KafkaProtocol
import NIOCore

/// The second phase: the leader brings assignments, everybody fetches their own.
extension GroupCoordinator {
    /// SyncGroup. The answer comes when the leader's assignment is committed.
    package func syncGroup(_ request: SyncGroupRequest, token: RequestToken, now: Timestamp) -> [GroupEffect] {
        run(now) {
            if request.groupID.isEmpty { return refuseSync(token, .invalidGroupId) }
            guard let group = groups[request.groupID] else {
                guard let group = consumerGroup(request.groupID) else { return refuseSync(token, .unknownMemberId) }
                return sync(request, in: group, token)
            }
            if let error = group.syncError(request) { return refuseSync(token, error) }
            guard let member = group.members[request.memberID] else { return refuseSync(token, .unknownMemberId) }
            switch group.state {
            case .empty: refuseSync(token, .unknownMemberId)
            case .dead: refuseSync(token, .coordinatorNotAvailable)
            case .preparingRebalance: refuseSync(token, .rebalanceInProgress)
            case .completingRebalance:
                synced(member, group)
                if let earlier = member.parkedSync { refuseSync(earlier, .rebalanceInProgress) }
                member.parkedSync = token
                if group.isLeader(member.id) { store(request.assignments, of: group) }
            case .stable:
                synced(member, group)
                answerSync(token, member, group)
            }
        }
    }

    private func synced(_ member: ClassicMember, _ group: ClassicGroup) {
        group.pendingSync.remove(member.id)
        if group.pendingSync.isEmpty { timers.cancel(.sync(group: group.id)) }
    }

    private func store(_ assignments: [SyncGroupRequest.Assignment], of group: ClassicGroup) {
        // The first assignment of a generation stands: a repeated Sync only waits for it.
        guard group.assignmentInFlight != group.generation else { return }
        var byMember: [String: ByteBuffer] = [:]
        for entry in assignments where group.members[entry.memberID] != nil {
            byMember[entry.memberID] = entry.assignment.compacted
        }
        group.assignmentInFlight = group.generation
        write(
            [group.record(assignments: byMember)],
            .assignment(group: group.id, generation: group.generation, byMember))
    }

    func assignmentSettled(
        _ id: String, _ generation: Int32, _ assignments: [String: ByteBuffer], _ error: ErrorCode?
    ) {
        guard let group = groups[id], group.generation == generation, group.state == .completingRebalance else {
            return
        }
        group.assignmentInFlight = nil
        if let error {
            cancelAssignment(group, error)
            return rebalanceOrComplete(group)
        }
        for member in group.members.values { member.assignment = assignments[member.id] ?? ByteBuffer() }
        group.transition(to: .stable, now: now)
        for member in group.membersInOrder {
            guard let token = member.parkedSync else { continue }
            member.parkedSync = nil
            restartSession(of: member, in: group)
            answerSync(token, member, group)
        }
    }

    /// Nobody keeps an assignment of this generation; who waits for one is told why.
    func cancelAssignment(_ group: ClassicGroup, _ error: ErrorCode) {
        for member in group.membersInOrder {
            member.assignment = ByteBuffer()
            guard let token = member.parkedSync else { continue }
            member.parkedSync = nil
            restartSession(of: member, in: group)
            refuseSync(token, error)
        }
    }

    private func answerSync(_ token: RequestToken, _ member: ClassicMember, _ group: ClassicGroup) {
        var response = SyncGroupResponse()
        response.protocolType = group.protocolType
        response.protocolName = group.protocolName
        response.assignment = member.assignment
        reply(token, .syncGroup(response))
    }

    func refuseSync(_ token: RequestToken, _ error: ErrorCode) {
        var response = SyncGroupResponse()
        response.errorCode = error
        reply(token, .syncGroup(response))
    }
}

extension ClassicGroup {
    fileprivate func syncError(_ request: SyncGroupRequest) -> ErrorCode? {
        if state == .dead { return .coordinatorNotAvailable }
        if let error = identityError(request.memberID, instance: request.groupInstanceID) { return error }
        if request.generationID != generation { return .illegalGeneration }
        if let type = request.protocolType, type != protocolType { return .inconsistentGroupProtocol }
        if let name = request.protocolName, name != protocolName { return .inconsistentGroupProtocol }
        return nil
    }
}
