import KafkaProtocol

/// What administrators ask.
extension GroupCoordinator {
    /// DescribeGroups of one group. Protocol, metadata and assignments are told only of a Stable group.
    package func describe(_ groupID: String, version: Int16) -> DescribeGroupsResponse.Group {
        var response = DescribeGroupsResponse.Group()
        response.groupID = groupID
        guard let group = groups[groupID], group.state != .dead else {
            response.groupState = GroupState.dead.rawValue
            if version >= 6 {
                response.errorCode = .groupIdNotFound
                response.errorMessage =
                    consumerGroup(groupID) == nil
                    ? "Group \(groupID) not found." : "Group \(groupID) is not a classic group."
            }
            return response
        }
        let stable = group.state == .stable
        response.groupState = group.state.rawValue
        response.protocolType = group.protocolType ?? ""
        response.protocolData = stable ? group.protocolName ?? "" : ""
        response.members = group.membersInOrder.map { member in
            var entry = DescribeGroupsResponse.Member()
            entry.memberID = member.id
            entry.groupInstanceID = member.instanceID
            entry.clientID = member.clientID
            entry.clientHost = member.clientHost
            if stable {
                entry.memberMetadata = member.metadata(for: group.protocolName)
                entry.memberAssignment = member.assignment
            }
            return entry
        }
        return response
    }

    /// ListGroups of this partition. Filters are compared without regard to case; empty ones let everything pass.
    package func list(states: [String], types: [String]) -> [ListGroupsResponse.Group] {
        let states = Set(states.map { $0.lowercased() })
        let types = Set(types.map { $0.lowercased() })
        let classic = types.isEmpty || types.contains("classic") ? listClassic(states) : []
        let consumer = types.isEmpty || types.contains("consumer") ? listConsumer(states) : []
        return (classic + consumer).sorted { $0.groupID < $1.groupID }
    }

    private func listClassic(_ states: Set<String>) -> [ListGroupsResponse.Group] {
        groups.values.compactMap { group in
            guard group.state != .dead else { return nil }
            guard states.isEmpty || states.contains(group.state.rawValue.lowercased()) else { return nil }
            var entry = ListGroupsResponse.Group()
            entry.groupID = group.id
            entry.protocolType = group.protocolType ?? ""
            entry.groupState = group.state.rawValue
            entry.groupType = "classic"
            return entry
        }
    }

    /// DeleteGroups of the groups that belong to this partition.
    package func deleteGroups(_ ids: [String], token: RequestToken, now: Timestamp) -> [GroupEffect] {
        run(now) {
            var results: [DeleteGroupsResponse.Result] = []
            var records: [GroupRecord] = []
            var deleted: [String] = []
            let pending = pendingPositions
            for id in ids {
                let error = undeletable(id)
                results.append(.init(groupID: id, errorCode: error ?? .none))
                guard error == nil else { continue }
                if let group = consumerGroup(id) {
                    records += positions(of: id, with: pending).sorted().map { .offset(group: id, $0, nil) }
                    records += deleteConsumerGroup(group)
                }
                guard let group = groups[id] else { continue }
                for pending in group.pendingMembers { timers.cancel(.pendingMember(group: id, member: pending)) }
                group.pendingMembers = []
                group.transition(to: .dead, now: now)
                records += positions(of: id, with: pending).sorted().map { .offset(group: id, $0, nil) }
                records.append(.group(id, nil))
                deleted.append(id)
            }
            if records.isEmpty {
                reply(token, .deleteGroups(results))
            } else {
                write(records, .deletion(groups: deleted, token, results))
            }
        }
    }

    private func undeletable(_ id: String) -> ErrorCode? {
        if let group = consumerGroup(id) {
            if group.state != .empty { return .nonEmptyGroup }
            return hasRoomToWrite ? nil : .coordinatorNotAvailable
        }
        guard let group = groups[id], group.state != .dead else { return .groupIdNotFound }
        if group.state != .empty { return .nonEmptyGroup }
        return hasRoomToWrite ? nil : .coordinatorNotAvailable
    }

    /// The tombstones are in the log, or will never be.
    func deletionSettled(_ ids: [String], failed: Bool) {
        for id in ids {
            guard let group = groups[id], group.state == .dead else { continue }
            if failed {
                group.transition(to: .empty, now: now)
            } else {
                groups[id] = nil
                offsets[id] = nil
            }
        }
    }
}
