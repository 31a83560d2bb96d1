import KafkaProtocol

extension GroupCoordinator {
    /// Heartbeat: keeps the session and tells of a rebalance.
    package func heartbeat(_ request: HeartbeatRequest, token: RequestToken, now: Timestamp) -> [GroupEffect] {
        run(now) {
            var response = HeartbeatResponse()
            response.errorCode = heartbeat(request)
            reply(token, .heartbeat(response))
        }
    }

    private func heartbeat(_ request: HeartbeatRequest) -> ErrorCode {
        if request.groupID.isEmpty { return .invalidGroupId }
        guard let group = groups[request.groupID] else {
            return consumerGroup(request.groupID).map { heartbeat(request, in: $0) } ?? .unknownMemberId
        }
        if group.state == .dead { return .coordinatorNotAvailable }
        if let error = group.identityError(request.memberID, instance: request.groupInstanceID) { return error }
        guard let member = group.members[request.memberID] else { return .unknownMemberId }
        if request.generationID != group.generation { return .illegalGeneration }
        restartSession(of: member, in: group)
        return group.state == .preparingRebalance ? .rebalanceInProgress : .none
    }
}
