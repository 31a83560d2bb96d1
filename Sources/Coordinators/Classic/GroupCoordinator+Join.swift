import ClusterMetadata
import KafkaProtocol
import NIOCore

/// A static member whose new id is on its way into the log, and what to undo if it does not get there.
struct StaticReplacement {
    var group: String
    var token: RequestToken
    var version: Int16
    var oldID: String
    var newID: String
    var oldLeader: String
    var oldProtocols: [JoinGroupRequest.GroupProtocol]
    var oldTimeouts: (rebalance: Int32, session: Int32)
}

extension GroupCoordinator {
    /// One Join on its way through the rules.
    struct Join {
        var request: JoinGroupRequest
        var version: Int16
        var client: GroupClient
        var token: RequestToken

        init(request: JoinGroupRequest, version: Int16, client: GroupClient, token: RequestToken) {
            self.request = request
            self.version = version
            self.client = client
            self.token = token
            self.request.protocols = request.protocols.map { .init(name: $0.name, metadata: $0.metadata.compacted) }
        }

        /// Version 0 has no rebalance timeout of its own.
        var rebalanceTimeoutMs: Int32 {
            request.rebalanceTimeoutMs < 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs
        }

        /// From version 4 on a dynamic member must come back with the id it is given (KIP-394).
        var needsKnownMemberID: Bool { version >= 4 && request.groupInstanceID == nil }
    }

    /// JoinGroup. The answer comes when the rebalance completes, or at once when there is none. `image` tells which topics
    /// exist, where the group speaks the new protocol.
    package func joinGroup(
        _ request: JoinGroupRequest, version: Int16, from client: GroupClient, image: MetadataImage,
        token: RequestToken, now: Timestamp
    ) -> [GroupEffect] {
        run(now) {
            let join = Join(request: request, version: version, client: client, token: token)
            if let error = join.malformed(config) { return refuse(join, error) }
            if groups[request.groupID] == nil, let group = consumerGroup(request.groupID), group.state != .empty {
                return self.join(group, join, image)
            }
            let isNew = groups[request.groupID] == nil
            guard let group = groupToJoin(join) else { return }
            admit(join, to: group)
            guard isNew else { return }
            if group.members.isEmpty && group.pendingMembers.isEmpty {
                groups[group.id] = nil
            } else {
                // An empty group of the new protocol gives its place, and its positions, to this one.
                let tombstones = consumerGroup(group.id).map { deleteConsumerGroup($0) } ?? []
                write(tombstones + [creationRecord(of: group)], .creation(group: group.id))
            }
        }
    }

    private func groupToJoin(_ join: Join) -> ClassicGroup? {
        let id = join.request.groupID
        if let group = groups[id] { return group }
        guard join.request.memberID.isEmpty else {
            refuse(join, .unknownMemberId)
            return nil
        }
        guard hasRoomToWrite, hasRoomForGroup else {
            refuse(join, .coordinatorNotAvailable)
            return nil
        }
        let group = ClassicGroup(id: id, now: now)
        groups[id] = group
        return group
    }

    private func admit(_ join: Join, to group: ClassicGroup) {
        if group.state == .dead { return refuse(join, .coordinatorNotAvailable) }
        guard hasPlace(for: join, in: group) else {
            if let member = group.members[join.request.memberID] { drop(member, from: group, .groupMaxSizeReached) }
            return refuse(join, .groupMaxSizeReached)
        }
        guard group.supports(type: join.request.protocolType, protocols: join.request.protocols) else {
            return refuse(join, .inconsistentGroupProtocol)
        }
        if join.request.memberID.isEmpty { joinUnknown(join, group) } else { joinKnown(join, group) }
    }

    /// `group.max.size`: while preparing, who is parked already has a place; later, who is a member.
    private func hasPlace(for join: Join, in group: ClassicGroup) -> Bool {
        let member = group.members[join.request.memberID]
        let size = config.effectiveMaxSize
        switch group.state {
        case .empty, .dead: return true
        case .preparingRebalance: return member?.parkedJoin != nil || group.parkedJoins < size
        case .completingRebalance, .stable:
            let returns = join.request.groupInstanceID.map { group.staticMembers[$0] != nil } ?? false
            return member != nil || returns || group.members.count < size
        }
    }

    // MARK: Without a member id

    private func joinUnknown(_ join: Join, _ group: ClassicGroup) {
        let id = memberID(for: join)
        if let instance = join.request.groupInstanceID, let old = group.staticMembers[instance],
            let member = group.members[old]
        {
            return replaceStatic(member, newID: id, join, group)
        }
        guard join.needsKnownMemberID else { return add(id, join, group) }
        guard group.pendingMembers.count < CoordinatorLimits.pendingMembers else {
            return refuse(join, .groupMaxSizeReached)
        }
        group.pendingMembers.insert(id)
        timers.arm(
            .pendingMember(group: group.id, member: id), at: now + Int64(join.request.sessionTimeoutMs))
        refuse(join, .memberIdRequired, memberID: id)
    }

    func memberID(for join: Join) -> String {
        var name = join.request.groupInstanceID ?? join.client.clientID
        if name.utf8.count > CoordinatorLimits.clientIDBytes && join.request.groupInstanceID == nil {
            name = String(name.prefix(CoordinatorLimits.clientIDBytes / 4))
        }
        return "\(name)-\(join.client.nonce.hexDescription)"
    }

    private func add(_ id: String, _ join: Join, _ group: ClassicGroup) {
        arrivals += 1
        let member = ClassicMember(
            id: id, instanceID: join.request.groupInstanceID, clientID: join.client.clientID,
            clientHost: join.client.host, rebalanceTimeoutMs: join.rebalanceTimeoutMs,
            sessionTimeoutMs: join.request.sessionTimeoutMs, protocols: join.request.protocols, order: arrivals)
        member.isNew = true
        member.parkedJoin = join.token
        if group.state == .preparingRebalance && group.previousState == .empty { group.newMemberAdded = true }
        if group.members.isEmpty { group.protocolType = join.request.protocolType }
        timers.cancel(.pendingMember(group: group.id, member: id))
        group.add(member)
        timers.arm(.session(group: group.id, member: id), at: now + config.newMemberJoinTimeoutMs)
        rebalanceOrComplete(group)
    }

    // MARK: With a member id

    private func joinKnown(_ join: Join, _ group: ClassicGroup) {
        let id = join.request.memberID
        if group.pendingMembers.contains(id) && join.request.groupInstanceID == nil { return add(id, join, group) }
        if let error = group.identityError(id, instance: join.request.groupInstanceID) { return refuse(join, error) }
        guard let member = group.members[id] else { return refuse(join, .unknownMemberId) }
        let unchanged = member.protocols == join.request.protocols
        switch group.state {
        case .preparingRebalance:
            update(member, join, group, parking: true)
            rebalanceOrComplete(group)
        case .completingRebalance where unchanged, .stable where unchanged && !group.isLeader(id):
            // The answer was lost, or the member asks again: it gets the generation that it belongs to.
            update(member, join, group, parking: false)
            restartSession(of: member, in: group)
            reply(join.token, .joinGroup(answer(to: member, of: group)))
        case .completingRebalance, .stable:
            update(member, join, group, parking: true)
            rebalanceOrComplete(group)
        case .empty, .dead: refuse(join, .unknownMemberId)
        }
    }

    func update(_ member: ClassicMember, _ join: Join, _ group: ClassicGroup, parking: Bool) {
        group.setProtocols(join.request.protocols, of: member)
        member.rebalanceTimeoutMs = join.rebalanceTimeoutMs
        member.sessionTimeoutMs = join.request.sessionTimeoutMs
        guard parking, let earlier = group.park(join: join.token, of: member) else { return }
        // The client gave this request up; its slot still needs an answer.
        refuseJoin(earlier, .rebalanceInProgress, memberID: member.id)
    }

    // MARK: Answers

    /// What a member learns about the generation; only the leader learns the members.
    func answer(to member: ClassicMember, of group: ClassicGroup) -> JoinGroupResponse {
        var response = JoinGroupResponse()
        response.generationID = group.generation
        response.protocolType = group.protocolType
        response.protocolName = group.protocolName
        response.leader = group.leader ?? ""
        response.memberID = member.id
        if group.isLeader(member.id) { response.members = roster(of: group) }
        return response
    }

    func roster(of group: ClassicGroup) -> [JoinGroupResponse.Member] {
        group.membersInOrder.map {
            JoinGroupResponse.Member(
                memberID: $0.id, groupInstanceID: $0.instanceID, metadata: $0.metadata(for: group.protocolName))
        }
    }

    func refuse(_ join: Join, _ error: ErrorCode, memberID: String? = nil) {
        refuseJoin(join.token, error, memberID: memberID ?? join.request.memberID)
    }

    func refuseJoin(_ token: RequestToken, _ error: ErrorCode, memberID: String) {
        var response = JoinGroupResponse()
        response.errorCode = error
        response.memberID = memberID
        reply(token, .joinGroup(response))
    }

    private func creationRecord(of group: ClassicGroup) -> GroupRecord {
        var value = GroupMetadataValue()
        value.currentStateTimestamp = group.stateSince
        return .group(group.id, value)
    }

    /// The group's first record is lost: unless the group went on since, it is as if it had never been.
    func creationFailed(_ id: String, _ generation: Int32, _ error: ErrorCode) {
        guard let group = groups[id], group.generation == generation, group.state != .dead else { return }
        for member in group.membersInOrder { drop(member, from: group, error) }
        for pending in group.pendingMembers { timers.cancel(.pendingMember(group: id, member: pending)) }
        timers.cancel(.join(group: id))
        groups[id] = nil
        // The group of the new protocol whose place it took is there again.
        revertConsumerGroup(id)
    }
}

extension GroupCoordinator.Join {
    /// Checks that need no group; nil when sound.
    fileprivate func malformed(_ config: GroupConfig) -> ErrorCode? {
        let longest = CoordinatorLimits.identifierBytes
        if request.groupID.isEmpty || request.groupID.utf8.count > longest { return .invalidGroupId }
        guard config.minSessionTimeoutMs <= request.sessionTimeoutMs,
            request.sessionTimeoutMs <= config.maxSessionTimeoutMs
        else { return .invalidSessionTimeout }
        if (request.groupInstanceID?.utf8.count ?? 0) > longest { return .invalidRequest }
        guard request.protocols.count <= CoordinatorLimits.protocols, request.protocolType.utf8.count <= longest,
            request.protocols.allSatisfy({ $0.name.utf8.count <= longest }),
            request.protocols.reduce(0, { $0 + $1.metadata.readableBytes }) <= CoordinatorLimits.metadataBytes
        else { return .inconsistentGroupProtocol }
        return nil
    }
}

extension UUID {
    /// The form of `java.util.UUID`, in which Kafka ends member ids.
    var hexDescription: String {
        func digits(_ value: UInt64, _ count: Int) -> String {
            let text = String(value & ((1 << UInt64(count * 4)) - 1), radix: 16)
            return String(repeating: "0", count: count - text.count) + text
        }
        return [
            digits(high >> 32, 8), digits(high >> 16, 4), digits(high, 4), digits(low >> 48, 4), digits(low, 12),
        ].joined(separator: "-")
    }
}
