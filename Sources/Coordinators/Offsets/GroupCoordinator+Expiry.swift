import KafkaProtocol

/// Positions that nobody needs any more (KIP-211).
extension GroupCoordinator {
    /// Forgets positions older than the retention, and groups that have become empty of everything.
    func expireOffsets() {
        let pending = pendingPositions
        for group in groups.values.sorted(by: { $0.id < $1.id }) where group.state != .dead {
            // What finds no room waits for the next check.
            guard hasRoomToWrite else { return }
            let known = offsets[group.id] ?? [:]
            let renewed = pending[group.id] ?? []
            let expired = known.filter { !renewed.contains($0.key) && isExpired($0.key, $0.value, of: group) }.keys
                .sorted()
            let tombstones = expired.map { GroupRecord.offset(group: group.id, $0, nil) }
            let becomesUnused =
                expired.count == known.count && group.state == .empty && group.pendingMembers.isEmpty && renewed.isEmpty
            if becomesUnused {
                group.transition(to: .dead, now: now)
                write(tombstones + [.group(group.id, nil)], .deletion(groups: [group.id], nil, []))
            } else if !tombstones.isEmpty {
                write(tombstones, .forgetting(nil, OffsetDeleteResponse()))
            }
        }
        for id in consumerGroups.keys.sorted() {
            guard hasRoomToWrite else { return }
            if let group = consumerGroup(id) { expireOffsets(of: group, renewed: pending[id] ?? []) }
        }
    }

    private func expireOffsets(of group: ConsumerGroup, renewed: Set<TopicPartition>) {
        let known = offsets[group.id] ?? [:]
        let subscribed = group.subscribedTopics
        let expired = known.filter {
            !renewed.contains($0.key) && !subscribed.contains($0.key.topic)
                && isExpired($0.value, since: $0.value.commitTimestamp)
        }
        let tombstones = expired.keys.sorted().map { GroupRecord.offset(group: group.id, $0, nil) }
        if group.state == .empty && expired.count == known.count && renewed.isEmpty {
            write(tombstones + deleteConsumerGroup(group), .deletion(groups: [group.id], nil, []))
        } else if !tombstones.isEmpty {
            write(tombstones, .forgetting(nil, OffsetDeleteResponse()))
        }
    }

    private func isExpired(_ partition: TopicPartition, _ value: OffsetCommitValue, of group: ClassicGroup) -> Bool {
        let base: Timestamp
        switch group.state {
        case .empty where group.protocolType == nil: base = value.commitTimestamp
        // Kafka takes the state's time alone, which forgets at once what a tool stores in a long empty group.
        case .empty: base = max(group.stateSince, value.commitTimestamp)
        case .stable where group.protocolType == "consumer":
            guard let subscribed = group.subscribedTopics, !subscribed.contains(partition.topic) else { return false }
            base = value.commitTimestamp
        default: return false
        }
        return isExpired(value, since: base)
    }

    private func isExpired(_ value: OffsetCommitValue, since base: Timestamp) -> Bool {
        if value.expireTimestamp != -1 { return now >= value.expireTimestamp }
        let (age, overflow) = now.subtractingReportingOverflow(base)
        return overflow ? base < 0 : age >= config.offsetsRetentionMs
    }

    /// Topics were deleted: positions in them go at once.
    package func topicsDeleted(_ topics: Set<String>, now: Timestamp) -> [GroupEffect] {
        run(now) {
            let pending = pendingPositions
            for group in Set(offsets.keys).union(pending.keys).sorted() {
                let gone = positions(of: group, with: pending).filter { topics.contains($0.topic) }.sorted()
                if gone.isEmpty { continue }
                write(gone.map { .offset(group: group, $0, nil) }, .forgetting(nil, OffsetDeleteResponse()))
            }
        }
    }
}
