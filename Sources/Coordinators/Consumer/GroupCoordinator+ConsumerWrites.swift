import KafkaProtocol

/// How consumer groups change: by records, which count for members at once and for administrators when committed. A change
/// that does not get into the log is taken back, with what was built on it.
extension GroupCoordinator {
    /// The group as its members see it; nil when there is none of the new protocol.
    func consumerGroup(_ id: String) -> ConsumerGroup? { consumerGroups[id]?.current }

    /// Makes a draft the group and its records a write.
    func write(_ draft: ConsumerGroupDraft, _ change: ConsumerChange) {
        var records: [GroupRecord] = change.replaced == nil ? [] : [.group(change.group, nil)]
        records += draft.records.map { .consumer(group: change.group, $0) }
        consumerGroups[change.group, default: ConsumerGroupEntry()].current = draft.group
        write(records, .consumerChange(change))
        consumerGroups[change.group]?.lastWrite = lastWrite
    }

    /// Answers once everything that the answer tells of is committed.
    func answer(_ token: RequestToken, _ response: ConsumerGroupHeartbeatResponse, about id: String) {
        let last = consumerGroups[id]?.lastWrite ?? 0
        guard let write = writes[last], case .consumerChange(var change) = write.purpose else {
            return reply(token, .consumerGroupHeartbeat(response))
        }
        if write.answered {
            return refuse(token, ConsumerRefusal(.coordinatorNotAvailable, "The group's last change is not committed."))
        }
        change.waiting.append((token, response))
        writes[last]?.purpose = .consumerChange(change)
    }

    func refuse(_ token: RequestToken, _ refusal: ConsumerRefusal) {
        var response = ConsumerGroupHeartbeatResponse()
        response.errorCode = refusal.code
        response.errorMessage = refusal.message
        reply(token, .consumerGroupHeartbeat(response))
    }

    func finish(_ change: ConsumerChange, _ error: ErrorCode?) {
        for (token, response) in change.waiting {
            if let error {
                refuse(token, ConsumerRefusal(error, "The change of the group could not be stored."))
            } else {
                reply(token, .consumerGroupHeartbeat(response))
            }
        }
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
            groups[change.group] = replaced
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

    private func forgetDeletedConsumerGroups(_ records: [GroupRecord]) {
        for id in Self.consumerGroups(in: records) {
            if let entry = consumerGroups[id], entry.current == nil, entry.committed == nil { consumerGroups[id] = nil }
        }
    }

    private static func consumerGroups(in records: [GroupRecord]) -> Set<String> {
        records.reduce(into: []) { if case .consumer(let id, _) = $1 { $0.insert(id) } }
    }
}
