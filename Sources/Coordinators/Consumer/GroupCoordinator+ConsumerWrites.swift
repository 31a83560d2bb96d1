import KafkaProtocol

/// How consumer groups change: by records, which count for members at once and for administrators when committed. A change
/// that does not get into the log is taken back, with what was built on it.
extension GroupCoordinator {
    /// The group as its members see it; nil when there is none of the new protocol.
    func consumerGroup(_ id: String) -> ConsumerGroup? { consumerGroups[id]?.current }

    /// Makes a draft the group and its records a write.
    func write(_ draft: ConsumerGroupDraft, _ change: ConsumerChange) {
        var records: [GroupRecord] = change.replaced == nil ? [] : [.group(change.group, nil)]
        records += draft.groupRecords
        consumerGroups[change.group, default: ConsumerGroupEntry()].current = draft.group
        write(records, .consumerChange(change))
        consumerGroups[change.group]?.lastWrite = lastWrite
    }

    /// Answers once everything that the answer tells of is committed.
    func answer(_ token: RequestToken, _ response: GroupResponse, about id: String) {
        let last = consumerGroups[id]?.lastWrite ?? 0
        guard let write = writes[last], case .consumerChange(var change) = write.purpose else {
            return reply(token, response)
        }
        if write.answered {
            let refusal = ConsumerRefusal(.coordinatorNotAvailable, "The group's last change is not committed.")
            return reply(token, response.refused(refusal))
        }
        change.waiting.append((token, response))
        writes[last]?.purpose = .consumerChange(change)
    }

    func finish(_ change: ConsumerChange, _ error: ErrorCode?) {
        for (token, response) in change.waiting {
            let refusal = error.map { ConsumerRefusal($0, "The change of the group could not be stored.") }
            reply(token, refusal.map(response.refused) ?? response)
        }
        if let error, let generation = change.successor { creationFailed(change.group, generation, error) }
    }

    /// Records that are committed now.
    func applyConsumerRecords(_ records: [GroupRecord]) {
        for case .consumer(let id, let record) in records {
            ConsumerGroupEntry.apply(record, of: id, to: &consumerGroups[id, default: ConsumerGroupEntry()].committed)
        }
        forgetDeletedConsumerGroups(records)
    }

    /// Records that will never be committed.
    func revertConsumerRecords(_ records: [GroupRecord], _ purpose: PendingWrite.Purpose) {
        for id in Self.consumerGroups(in: records) { revertConsumerGroup(id) }
        forgetDeletedConsumerGroups(records)
        if case .consumerChange(let change) = purpose, let replaced = change.replaced,
            consumerGroup(change.group) == nil, groups[change.group] == nil
        {
            takePlaceAgain(replaced)
        }
    }

    /// A group as it is in the log, with what is on its way there.
    func revertConsumerGroup(_ id: String) {
        guard consumerGroups[id] != nil else { return }
        var group = consumerGroups[id]?.committed
        for token in writes.keys.sorted() {
            for case .consumer(id, let record) in writes[token]?.records ?? [] {
                ConsumerGroupEntry.apply(record, of: id, to: &group)
            }
        }
        // A classic group that took the place meanwhile keeps it.
        consumerGroups[id]?.current = groups[id] == nil ? group : nil
        consumerGroups[id]?.seenMetadata = nil
        if let group = consumerGroup(id) { restartTimers(of: group) }
    }

    /// A classic group is there again; members that it had must join anew.
    private func takePlaceAgain(_ group: ClassicGroup) {
        groups[group.id] = group
        guard !group.members.isEmpty else { return }
        for member in group.members.values { restartSession(of: member, in: group) }
        group.restore(state: .stable, since: now)
        rebalanceOrComplete(group)
    }

    private func forgetDeletedConsumerGroups(_ records: [GroupRecord]) {
        for id in Self.consumerGroups(in: records) {
            if let entry = consumerGroups[id], entry.current == nil, entry.committed == nil { consumerGroups[id] = nil }
        }
    }

    private static func consumerGroups(in records: [GroupRecord]) -> Set<String> {
        records.reduce(into: []) { if case .consumer(let id, _) = $1 { $0.insert(id) } }
    }
}

extension GroupResponse {
    /// The same answer when what it tells of could not be stored.
    func refused(_ refusal: ConsumerRefusal) -> GroupResponse {
        switch self {
        case .joinGroup(let response):
            var refused = JoinGroupResponse()
            refused.errorCode = refusal.code
            refused.memberID = response.memberID
            return .joinGroup(refused)
        case .leaveGroup:
            var refused = LeaveGroupResponse()
            refused.errorCode = refusal.code
            return .leaveGroup(refused)
        default:
            var refused = ConsumerGroupHeartbeatResponse()
            refused.errorCode = refusal.code
            refused.errorMessage = refusal.message
            return .consumerGroupHeartbeat(refused)
        }
    }
}
