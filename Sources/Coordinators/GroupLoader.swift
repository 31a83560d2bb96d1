import KafkaProtocol
import KafkaRecords

/// Reads a partition of `__consumer_offsets` from its start, record by record, into a coordinator.
package struct GroupLoader: CoordinatorLoader {
    private let config: GroupConfig
    private var groups: [String: GroupMetadataValue] = [:]
    private var consumerGroups: [String: ConsumerGroup?] = [:]
    private var offsets: [String: [TopicPartition: OffsetCommitValue]] = [:]
    private var transactional = TransactionalOffsets()
    private var deletedTopics: Set<String> = []
    /// Records that could not be read, for the log of the broker.
    package private(set) var unreadable = 0

    package init(config: GroupConfig) { self.config = config }

    /// The next record of the log. One that cannot be read is counted and left out, so that it does not keep a whole
    /// partition of groups from being served.
    package mutating func replay(_ record: EncodedRecord, in producerID: Int64? = nil) {
        do {
            if let decoded = try GroupRecord.decode(record) { replay(decoded, in: producerID) }
        } catch {
            unreadable += 1
        }
    }

    /// The last value of a key wins; null deletes. What is stored in a transaction waits for its end.
    package mutating func replay(_ record: GroupRecord, in producerID: Int64? = nil) {
        switch record {
        case .offset(let group, let partition, let value?):
            if let producerID { return transactional.add(producerID, group, partition, value) }
            transactional.supersede(group, partition)
            offsets[group, default: [:]][partition] = value
        case .offset(let group, let partition, nil):
            transactional.forget(group, partition)
            offsets[group]?[partition] = nil
            if offsets[group]?.isEmpty == true { offsets[group] = nil }
        case .group(let group, let value): groups[group] = value
        case .consumer(let group, let record):
            ConsumerGroupEntry.apply(record, of: group, to: &consumerGroups[group, default: nil])
        }
    }

    package mutating func replay(_ marker: TransactionMarker) {
        for committed in transactional.end(marker.producerID, isCommit: marker.isCommit) {
            transactional.supersede(committed.group, committed.partition, upTo: committed.order)
            offsets[committed.group, default: [:]][committed.partition] = committed.value
        }
    }

    /// Topics were deleted meanwhile: positions in them go when the coordinator begins.
    package mutating func topicsDeleted(_ names: Set<String>) { deletedTopics.formUnion(names) }

    /// The coordinator, all sessions fresh. The effects come of groups that are larger than `group.max.size` now.
    package func finish(now: Timestamp) -> (GroupCoordinator, [GroupEffect]) {
        let coordinator = GroupCoordinator(config: config, now: now)
        let effects = coordinator.run(now) {
            coordinator.offsets = offsets
            coordinator.transactional = transactional
            for (id, value) in groups.sorted(by: { $0.key < $1.key }) { coordinator.restore(id, value) }
            for case (let id, let group?) in consumerGroups where group.epoch > 0 && groups[id] == nil {
                coordinator.restore(group)
            }
            for id in offsets.keys where !coordinator.hasGroup(id) {
                coordinator.groups[id] = ClassicGroup(id: id, now: now)
            }
            for group in coordinator.groups.values where group.members.count > config.effectiveMaxSize {
                coordinator.rebalanceOrComplete(group)
            }
        }
        guard !deletedTopics.isEmpty else { return (coordinator, effects) }
        return (coordinator, effects + coordinator.topicsDeleted(deletedTopics, now: now))
    }
}

extension GroupCoordinator {
    fileprivate func restore(_ group: ConsumerGroup) {
        var entry = ConsumerGroupEntry()
        entry.current = group
        entry.committed = group
        consumerGroups[group.id] = entry
        restartTimers(of: group)
    }

    /// A group as its record tells: with members it is Stable.
    fileprivate func restore(_ id: String, _ value: GroupMetadataValue) {
        let group = ClassicGroup(id: id, now: now)
        group.protocolType = value.protocolType.isEmpty ? nil : value.protocolType
        group.generation = value.generation
        group.protocolName = value.members.isEmpty ? nil : value.protocolName ?? ""
        for entry in value.members {
            arrivals += 1
            let rebalance = entry.rebalanceTimeoutMs == -1 ? entry.sessionTimeoutMs : entry.rebalanceTimeoutMs
            let member = ClassicMember(
                id: entry.memberID, instanceID: entry.groupInstanceID, clientID: entry.clientID,
                clientHost: entry.clientHost, rebalanceTimeoutMs: max(rebalance, 0),
                sessionTimeoutMs: max(entry.sessionTimeoutMs, 0),
                protocols: [.init(name: value.protocolName ?? "", metadata: entry.subscription.compacted)],
                order: arrivals)
            member.assignment = entry.assignment.compacted
            guard group.members[member.id] == nil else { continue }
            group.add(member)
            restartSession(of: member, in: group)
        }
        if let leader = value.leader, group.members[leader] != nil { group.leader = leader }
        let since = value.currentStateTimestamp == -1 ? now : value.currentStateTimestamp
        group.restore(state: group.members.isEmpty ? .empty : .stable, since: since)
        groups[id] = group
    }
}
