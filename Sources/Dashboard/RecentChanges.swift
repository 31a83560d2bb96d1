import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What changed within the last three seconds, so that lists can show it: objects that are new, cells that changed,
/// objects that are gone and stay that long. Pure; marks no more rows at a time than `DashboardLimits.markedChanges`.
///
/// Only states count, as rates, counts and ages change all the time.
package struct RecentChanges: Sendable, Equatable {
    /// How long a change shows, milliseconds.
    package static let duration: Int64 = 3_000

    /// What may have changed.
    package enum Object: Hashable, Sendable {
        case broker(BrokerID)
        case topic(String)
        case partition(TopicPartition)
        case group(String)
        /// Who reads a partition for a group.
        case owner(String, TopicPartition)
        case config(ConfigResource, String)
        /// A row of the Health pane.
        case health(String)
    }

    /// What one look changed: it goes by as a whole, so that nothing has to be walked through to find out what is left.
    private struct Batch: Sendable, Equatable {
        let until: Timestamp
        var new: Set<Object> = []
        var changed: [Object: Set<String>] = [:]
        var healed: Set<TopicPartition> = []
        var gone: Set<Object> = []
        var events: Range<Int>?
        var goneTopics: [TopicSnapshot] = []
        var goneGroups: [GroupSnapshot] = []
        var goneBrokers: [BrokerSnapshot] = []

        init(until: Timestamp) { self.until = until }

        /// Whether more may be marked.
        var hasRoom: Bool { new.count + changed.count + gone.count < DashboardLimits.markedChanges }

        mutating func mark(_ object: Object, _ columns: [String]) {
            guard !columns.isEmpty, hasRoom else { return }
            changed[object, default: []].formUnion(columns)
        }
    }

    /// Oldest first.
    private var batches: [Batch] = []

    /// Nothing changed.
    package init() {}

    /// Topics deleted a moment ago, as they were.
    package var goneTopics: [TopicSnapshot] { batches.flatMap(\.goneTopics) }
    /// Groups deleted a moment ago, as they were.
    package var goneGroups: [GroupSnapshot] { batches.flatMap(\.goneGroups) }
    /// Brokers unregistered a moment ago, as they were.
    package var goneBrokers: [BrokerSnapshot] { batches.flatMap(\.goneBrokers) }

    /// What the whole row lies on.
    package func surface(_ object: Object) -> Role? {
        if batches.contains(where: { $0.gone.contains(object) }) { return .rowGone }
        return batches.contains { $0.new.contains(object) } ? .rowNew : nil
    }

    /// What single cells lie on, by column.
    package func surfaces(_ object: Object) -> [String: Role] {
        batches.reduce(into: [:]) { roles, batch in
            for column in batch.changed[object] ?? [] { roles[column] = .rowChanged }
        }
    }

    /// Whether a partition had a problem a moment ago and has none now.
    package func isHealed(_ id: TopicPartition) -> Bool { batches.contains { $0.healed.contains(id) } }

    /// Whether an event, counted from 1, came a moment ago.
    package func isNew(event number: Int) -> Bool { batches.contains { $0.events?.contains(number) ?? false } }

    /// When the next of them goes by; nil when there is none.
    package var endsAt: Timestamp? { batches.lazy.map(\.until).min() }

    /// Forgets what is older than its time.
    package mutating func expire(at now: Timestamp) {
        guard let endsAt, endsAt <= now else { return }
        batches.removeAll { $0.until <= now }
    }

    /// Takes what differs between two pictures. What is few comes first: of more than `DashboardLimits.markedChanges` the
    /// rest is not marked.
    package mutating func observe(from old: ClusterReport, to report: ClusterReport, at now: Timestamp) {
        var batch = Batch(until: now + Self.duration)
        observeBrokers(old.snapshot, report.snapshot, &batch)
        observeGroups(old, report, &batch)
        observeTopics(old.snapshot, report.snapshot, &batch)
        add(batch)
        let before = Self.rows(old.health)
        var rows = Batch(until: now + 1_000)
        for (row, value) in Self.rows(report.health) where before[row] != value { rows.mark(.health(row), ["value"]) }
        add(rows)
    }

    /// Takes events that were added.
    package mutating func observe(events numbers: Range<Int>, at now: Timestamp) {
        guard !numbers.isEmpty else { return }
        var batch = Batch(until: now + Self.duration)
        batch.events = numbers
        add(batch)
    }

    /// Takes configurations read again.
    package mutating func observe(
        _ resource: ConfigResource, from old: [ConfigEntry], to entries: [ConfigEntry], at now: Timestamp
    ) {
        let before = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        var batch = Batch(until: now + Self.duration)
        for entry in entries {
            guard let was = before[entry.name], was.value != entry.value || was.source != entry.source else { continue }
            batch.mark(.config(resource, entry.name), ["value", "source"])
        }
        add(batch)
    }

    private mutating func add(_ batch: Batch) {
        if batch != Batch(until: batch.until) { batches.append(batch) }
    }

    /// What was gone is there again.
    private mutating func forget(gone object: Object) {
        for index in batches.indices where batches[index].gone.remove(object) != nil {
            batches[index].goneTopics.removeAll { .topic($0.name) == object }
            batches[index].goneGroups.removeAll { .group($0.name) == object }
            batches[index].goneBrokers.removeAll { .broker($0.id) == object }
        }
    }

    private mutating func observeBrokers(_ old: ClusterSnapshot, _ snapshot: ClusterSnapshot, _ batch: inout Batch) {
        for broker in snapshot.brokers {
            guard let was = old.broker(broker.id) else {
                batch.new.insert(.broker(broker.id))
                forget(gone: .broker(broker.id))
                continue
            }
            if was.state != broker.state { batch.mark(.broker(broker.id), ["state"]) }
        }
        for broker in old.brokers where snapshot.broker(broker.id) == nil {
            batch.gone.insert(.broker(broker.id))
            batch.goneBrokers.append(broker)
        }
    }

    private mutating func observeTopics(_ old: ClusterSnapshot, _ snapshot: ClusterSnapshot, _ batch: inout Batch) {
        guard !old.topics.isIdentical(to: snapshot.topics) else { return }
        let pairs = NamedPairs(old.topics, snapshot.topics)
        for index in pairs.changed where batch.hasRoom {
            let before = pairs.old(index)
            if let before, old.topics[before].id == snapshot.topics[index].id,
                old.topics[before].partitions.isIdentical(to: snapshot.topics[index].partitions)
            {
                continue
            }
            let topic = snapshot.topics[index]
            guard let was = before.map({ old.topics[$0] }), was.id == topic.id else {
                batch.new.insert(.topic(topic.name))
                forget(gone: .topic(topic.name))
                continue
            }
            observePartitions(was, topic, &batch)
        }
        for topic in pairs.gone.map({ old.topics[$0] }) where batch.hasRoom {
            batch.gone.insert(.topic(topic.name))
            batch.goneTopics.append(topic)
        }
    }

    private mutating func observePartitions(_ old: TopicSnapshot, _ topic: TopicSnapshot, _ batch: inout Batch) {
        var columns: [String] = []
        if old.partitions.count != topic.partitions.count { columns.append("partitions") }
        let moved = topic.placesMoved(since: old)
        guard !columns.isEmpty || !moved.isEmpty else { return }
        for place in moved where batch.hasRoom {
            observe(old.partitions[place], topic.partitions[place], in: topic, &batch)
        }
        if old.replicationFactors != topic.replicationFactors { columns.append("rf") }
        let counts: [(String, (TopicSnapshot) -> Int)] = [
            ("urp", { $0.partitions.count { $0.isUnderReplicated } }),
            ("min", { topic in topic.partitions.count { $0.inSync.count < topic.minISR(of: $0) ?? 0 } }),
            ("offline", { $0.partitions.count { $0.isOffline } }),
        ]
        columns += counts.filter { $0.1(old) != $0.1(topic) }.map(\.0)
        batch.mark(.topic(topic.name), columns)
    }

    private mutating func observe(
        _ old: PartitionSnapshot, _ partition: PartitionSnapshot, in topic: TopicSnapshot, _ batch: inout Batch
    ) {
        let id = TopicPartition(topic.name, partition.id)
        var columns: [String] = []
        if old.servingLeader != partition.servingLeader { columns.append("leader") }
        if Set(old.inSync) != Set(partition.inSync) { columns.append("isr") }
        if old.replicas != partition.replicas { columns.append("replicas") }
        for broker in Set(old.replicas).union(partition.replicas) {
            let same =
                (old.servingLeader == broker) == (partition.servingLeader == broker)
                && old.inSync.contains(broker) == partition.inSync.contains(broker)
                && old.replicas.contains(broker) == partition.replicas.contains(broker)
            if !same { columns.append("b\(broker)") }
        }
        batch.mark(.partition(id), columns)
        let was = PartitionProblem.worst(old, minISR: topic.minISR(of: old))
        let has = PartitionProblem.worst(partition, minISR: topic.minISR(of: partition))
        if was != nil, has == nil {
            batch.healed.insert(id)
        } else {
            for index in batches.indices { batches[index].healed.remove(id) }
        }
    }

    private mutating func observeGroups(_ old: ClusterReport, _ report: ClusterReport, _ batch: inout Batch) {
        let pairs = NamedPairs(old.snapshot.groups, report.snapshot.groups)
        // A verdict may change without its group.
        let haveSameVerdicts = pairs.isUnmoved && old.ranking.verdicts == report.ranking.verdicts
        for index in haveSameVerdicts ? pairs.changed : Array(report.snapshot.groups.indices) where batch.hasRoom {
            let before = pairs.old(index)
            if let before, isUnchanged(before, index, old, report) { continue }
            let group = report.snapshot.groups[index]
            guard let before else {
                batch.new.insert(.group(group.name))
                forget(gone: .group(group.name))
                continue
            }
            let was = old.snapshot.groups[before]
            var columns: [String] = []
            if was.state != group.state { columns.append("state") }
            if was.members.count != group.members.count { columns.append("members") }
            if old.ranking.verdicts[before] != report.ranking.verdicts[index] { columns.append("status") }
            if columns.isEmpty, was.members.isIdentical(to: group.members) { continue }
            batch.mark(.group(group.name), columns)
            if was.members != group.members { Self.observeOwners(was, group, &batch) }
        }
        for group in pairs.gone.map({ old.snapshot.groups[$0] }) where batch.hasRoom {
            batch.gone.insert(.group(group.name))
            batch.goneGroups.append(group)
        }
    }

    /// Whether a group has neither another state nor other members nor another verdict.
    private func isUnchanged(_ before: Int, _ index: Int, _ old: ClusterReport, _ report: ClusterReport) -> Bool {
        old.ranking.verdicts[before] == report.ranking.verdicts[index]
            && old.snapshot.groups[before].state == report.snapshot.groups[index].state
            && old.snapshot.groups[before].members.isIdentical(to: report.snapshot.groups[index].members)
    }

    private static func observeOwners(_ old: GroupSnapshot, _ group: GroupSnapshot, _ batch: inout Batch) {
        func owners(_ group: GroupSnapshot) -> [TopicPartition: String] {
            group.members.reduce(into: [:]) { owners, member in
                for partition in member.partitions { owners[partition] = member.id }
            }
        }
        let (before, after) = (owners(old), owners(group))
        for partition in Set(before.keys).union(after.keys) where before[partition] != after[partition] {
            batch.mark(.owner(group.name, partition), ["member", "host"])
        }
    }

    /// The numbers of the Health pane by row.
    private static func rows(_ health: ClusterHealth) -> [String: Int] {
        [
            "offline partitions": health.offline.count, "below min.insync.replicas": health.belowMinISR.count,
            "at min.insync.replicas": health.atMinISR, "under-replicated": health.underReplicated,
            "non-preferred leaders": health.nonPreferred, "quorum voters": health.votersUp ?? 0,
            "groups not OK": health.groupsNotOK.count,
        ]
    }
}
