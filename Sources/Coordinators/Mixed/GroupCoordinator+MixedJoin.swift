import ClusterMetadata
import KafkaProtocol

/// JoinGroup in a group of the new protocol: the member is one of the group, and its Join is a heartbeat in other words
/// (KIP-848). Nobody leads; partitions come from the broker.
extension GroupCoordinator {
    func join(_ group: ConsumerGroup, _ join: Join, _ image: MetadataImage) {
        guard hasRoomToWrite else { return refuse(join, .coordinatorNotAvailable) }
        if let error = group.refusal(of: join, config) { return refuse(join, error) }
        if join.request.memberID.isEmpty, join.needsKnownMemberID {
            return refuse(join, .memberIdRequired, memberID: memberID(for: join))
        }
        let id = join.request.memberID.isEmpty ? memberID(for: join) : join.request.memberID
        guard
            let subscription = ClassicSubscription(
                join, clientID: join.client.clientID, clientHost: join.client.host, image)
        else { return refuse(join, .inconsistentGroupProtocol) }

        var draft = ConsumerGroupDraft(group)
        let old = join.request.groupInstanceID.flatMap { group.staticMembers[$0] }.flatMap { group.members[$0] }
        if let old, old.id != id { draft.replace(old, with: id) }
        let names = draft.group.members[id]?.subscription.subscribedTopicNames
        draft.setSubscription(subscription.value, of: id)
        draft.forgetUnusedRegexes()
        advance(
            &draft, id, owned: subscription.owned, subscribedAnew: names != subscription.value.subscribedTopicNames,
            image)
        if let old, old.id != id { stopTimers(of: [old.id], in: group.id) }
        finish(join, id, draft)
    }

    private func finish(_ join: Join, _ id: String, _ draft: ConsumerGroupDraft) {
        // The static member whose place it took was the last that spoke the new protocol.
        if mayDowngrade(draft.group) {
            downgrade(draft)
            return refuse(join, .rebalanceInProgress, memberID: id)
        }
        guard let member = draft.group.members[id] else { return }
        if !draft.records.isEmpty { write(draft, ConsumerChange(group: draft.group.id)) }
        restartTimers(of: member, before: nil, in: draft.group.id)
        // Its Sync is due.
        startRebalanceTimer(of: member, in: draft.group.id)
        var response = JoinGroupResponse()
        response.memberID = id
        response.generationID = member.epoch
        response.protocolType = "consumer"
        response.protocolName = member.classicProtocolName
        answer(join.token, .joinGroup(response), about: draft.group.id)
    }
}

extension ConsumerGroup {
    /// Why a Join is refused; the order of the checks is Kafka's.
    fileprivate func refusal(of join: GroupCoordinator.Join, _ config: GroupConfig) -> ErrorCode? {
        let request = join.request
        let holder = request.groupInstanceID.flatMap { staticMembers[$0] }
        if members[request.memberID] == nil, holder == nil, members.count >= config.effectiveConsumerMaxSize {
            return .groupMaxSizeReached
        }
        guard request.protocolType == "consumer", sharesProtocol(request.protocols, with: request.memberID) else {
            return .inconsistentGroupProtocol
        }
        guard !request.memberID.isEmpty else { return nil }
        if request.groupInstanceID != nil {
            guard let holder else { return .unknownMemberId }
            return holder == request.memberID ? nil : .fencedInstanceId
        }
        // Ids that were handed out with MEMBER_ID_REQUIRED are not remembered, so that an unknown one is a new member.
        return members[request.memberID]?.usesClassicProtocol == false ? .unknownMemberId : nil
    }

    /// Whether all other members of the classic protocol list one of these.
    private func sharesProtocol(_ protocols: [JoinGroupRequest.GroupProtocol], with memberID: String) -> Bool {
        let others = members.values.filter { $0.id != memberID }.compactMap(\.subscription.classicMemberMetadata)
        return protocols.contains { one in
            others.allSatisfy { $0.supportedProtocols.contains { $0.name == one.name } }
        }
    }
}

extension ConsumerMember {
    /// The name that its client knows its protocol by.
    var classicProtocolName: String? { subscription.classicMemberMetadata?.supportedProtocols.first?.name }
}
