import ClusterMetadata
import KafkaProtocol

/// ConsumerGroupHeartbeat (KIP-848): members join, learn their assignment, confirm what they gave up, and leave, all by it.
extension GroupCoordinator {
    /// The answer comes when what the heartbeat changed is committed. `image` tells which topics exist.
    package func consumerGroupHeartbeat(
        _ request: ConsumerGroupHeartbeatRequest, from client: GroupClient, image: MetadataImage, token: RequestToken,
        now: Timestamp
    ) -> [GroupEffect] {
        run(now) {
            do throws(ConsumerRefusal) {
                try request.validate(config)
                guard hasRoomToWrite else { throw Self.busy }
                if request.memberEpoch < ConsumerMember.joining {
                    try leave(request, token)
                } else {
                    try beat(request, client, image, token)
                }
            } catch {
                reply(token, GroupResponse.consumerGroupHeartbeat(.init()).refused(error))
            }
        }
    }

    static var busy: ConsumerRefusal { .init(.coordinatorNotAvailable, "The coordinator holds all it can.") }

    // MARK: Joining and staying

    private func beat(
        _ request: ConsumerGroupHeartbeatRequest, _ client: GroupClient, _ image: MetadataImage, _ token: RequestToken
    ) throws(ConsumerRefusal) {
        let id = request.groupID
        var (draft, replaced) = try groupToJoin(request, image)
        let before = draft.group
        let replacedStatic = request.instanceID.flatMap { before.staticMembers[$0] }
        let memberID = try draft.admit(request, nonce: client.nonce, config)
        let owned = request.topicPartitions.map { PartitionSet($0) }
        let had = draft.group.members[memberID]?.assigned ?? PartitionSet()

        let subscribedAnew = try draft.update(memberID, request, client)
        advance(&draft, memberID, owned: owned, subscribedAnew: subscribedAnew, image)

        let change = ConsumerChange(group: id, replaced: replaced)
        guard let member = draft.group.members[memberID] else { return }
        let response = response(to: request, member, changed: member.assigned != had)
        if let replaced {
            giveUp(replaced)
            restartTimers(of: draft.group)
        }
        if !draft.records.isEmpty { write(draft, change) }
        answer(token, .consumerGroupHeartbeat(response), about: id)
        if let replacedStatic, replacedStatic != memberID { stopTimers(of: [replacedStatic], in: id) }
        restartTimers(of: member, before: before.members[memberID], in: id)
    }

    /// What every sign of life of a member ends with: the group's epoch rises when its topics changed, targets follow, and
    /// the member goes one step towards its own.
    func advance(
        _ draft: inout ConsumerGroupDraft, _ member: String, owned: PartitionSet?, subscribedAnew: Bool,
        _ image: MetadataImage
    ) {
        let topicsChanged = refreshTopics(of: &draft, image, always: subscribedAnew)
        if subscribedAnew || topicsChanged { draft.raiseEpoch() }
        draft.computeTargets(config)
        draft.reconcile(member, owned: owned)
    }

    /// The group, an empty one where there is none, and the classic group whose place it takes.
    private func groupToJoin(
        _ request: ConsumerGroupHeartbeatRequest, _ image: MetadataImage
    ) throws(ConsumerRefusal) -> (ConsumerGroupDraft, replaced: ClassicGroup?) {
        let id = request.groupID
        if let group = consumerGroup(id) { return (ConsumerGroupDraft(group), nil) }
        guard request.memberEpoch == ConsumerMember.joining else {
            throw ConsumerRefusal(.groupIdNotFound, "There is no consumer group \(id).")
        }
        if let classic = groups[id] {
            if classic.state == .dead { throw Self.busy }
            return (try upgraded(classic, image), classic)
        }
        guard hasRoomForGroup else { throw Self.busy }
        return (ConsumerGroupDraft(ConsumerGroup(id: id)), nil)
    }

    /// Returns whether members subscribe to other topics than the group knows, as topics are made, grow and are deleted.
    private func refreshTopics(of draft: inout ConsumerGroupDraft, _ image: MetadataImage, always: Bool) -> Bool {
        var entry = consumerGroups[draft.group.id] ?? ConsumerGroupEntry()
        let isStale = entry.regexesAreStale || entry.seenMetadata != image.offset
        guard always || isStale else { return false }
        let refresh = isStale && now - entry.regexesSince >= CoordinatorLimits.regexRefreshMs
        let regexesChanged = draft.resolveRegexes(image, refresh: refresh, now: now)
        let topicsChanged = draft.refreshTopics(image)
        entry.regexesAreStale = isStale && !refresh && !draft.group.regexes.isEmpty
        if refresh { entry.regexesSince = now }
        entry.seenMetadata = image.offset
        entry.configs = image.config(.group(draft.group.id))
        consumerGroups[draft.group.id] = entry
        return regexesChanged || topicsChanged
    }

    private func response(
        to request: ConsumerGroupHeartbeatRequest, _ member: ConsumerMember, changed: Bool
    ) -> ConsumerGroupHeartbeatResponse {
        var response = ConsumerGroupHeartbeatResponse()
        response.memberID = member.id
        response.memberEpoch = member.epoch
        response.heartbeatIntervalMs = heartbeatIntervalMs(of: request.groupID)
        if request.memberEpoch == ConsumerMember.joining || request.isFull || changed {
            var assignment = ConsumerGroupHeartbeatResponse.Assignment()
            assignment.topicPartitions = member.assigned.list
            response.assignment = assignment
        }
        return response
    }

    // MARK: Leaving

    private func leave(_ request: ConsumerGroupHeartbeatRequest, _ token: RequestToken) throws(ConsumerRefusal) {
        let id = request.groupID
        guard let group = consumerGroup(id) else {
            throw ConsumerRefusal(.groupIdNotFound, "There is no consumer group \(id).")
        }
        var member = try group.member(request)
        var draft = ConsumerGroupDraft(group)
        if request.memberEpoch == ConsumerMember.away {
            member.move(to: ConsumerMember.away)
            member.state = .stable
            member.pendingRevocation = PartitionSet()
            draft.setCurrent(member)
            timers.cancel(.consumerRebalance(group: id, member: member.id))
            if !draft.records.isEmpty { write(draft, ConsumerChange(group: id)) }
        } else {
            remove([member.id], from: draft)
        }
        var response = ConsumerGroupHeartbeatResponse()
        response.memberID = member.id
        response.memberEpoch = request.memberEpoch
        answer(token, .consumerGroupHeartbeat(response), about: id)
    }
}
