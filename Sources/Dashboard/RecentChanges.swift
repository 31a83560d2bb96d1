import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What changed within the last three seconds, so that lists can show it: objects that are new, cells that changed,
/// objects that are gone and stay that long. Pure; holds no more objects than the cluster has.
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

    private var new: [Object: Timestamp] = [:]
    private var changed: [Object: [String: Timestamp]] = [:]
    private var healed: [TopicPartition: Timestamp] = [:]
    private var gone: [Object: Timestamp] = [:]
    private var newEvents: [NumberedEvents] = []
    /// Topics deleted a moment ago, as they were.
    package private(set) var goneTopics: [TopicSnapshot] = []
    /// Groups deleted a moment ago, as they were.
    package private(set) var goneGroups: [GroupSnapshot] = []
    /// Brokers unregistered a moment ago, as they were.
    package private(set) var goneBrokers: [BrokerSnapshot] = []

    private struct NumberedEvents: Sendable, Equatable {
        var numbers: Range<Int>
        var until: Timestamp
    }

    /// Nothing changed.
    package init() {}

    /// What the whole row lies on.
    package func surface(_ object: Object) -> Role? {
        if gone[object] != nil { return .rowGone }
        return new[object] == nil ? nil : .rowNew
    }

    /// What single cells lie on, by column.
    package func surfaces(_ object: Object) -> [String: Role] {
        (changed[object] ?? [:]).mapValues { _ in .rowChanged }
    }

    /// Whether a partition had a problem a moment ago and has none now.
    package func isHealed(_ id: TopicPartition) -> Bool { healed[id] != nil }

    /// Whether an event, counted from 1, came a moment ago.
    package func isNew(event number: Int) -> Bool { newEvents.contains { $0.numbers.contains(number) } }

    /// When the next of them goes by; nil when there is none.
    package var endsAt: Timestamp? {
        let cells = changed.values.flatMap(\.values)
        let all = [Array(new.values), cells, Array(healed.values), Array(gone.values), newEvents.map(\.until)]
        return all.joined().min()
    }

    /// Forgets what is older than its time.
    package mutating func expire(at now: Timestamp) {
        guard let endsAt, endsAt <= now else { return }
        new = new.filter { $0.value > now }
        changed = changed.compactMapValues { cells in
            let left = cells.filter { $0.value > now }
            return left.isEmpty ? nil : left
        }
        healed = healed.filter { $0.value > now }
        gone = gone.filter { $0.value > now }
        newEvents = newEvents.filter { $0.until > now }
        goneTopics.removeAll { gone[.topic($0.name)] == nil }
        goneGroups.removeAll { gone[.group($0.name)] == nil }
        goneBrokers.removeAll { gone[.broker($0.id)] == nil }
    }

    /// Takes what differs between two pictures.
    package mutating func observe(from old: ClusterReport, to report: ClusterReport, at now: Timestamp) {
        let until = now + Self.duration
        observeBrokers(old.snapshot, report.snapshot, until)
        observeTopics(old.snapshot, report.snapshot, until)
        observeGroups(old, report, until)
        let before = Self.rows(old.health)
        for (row, value) in Self.rows(report.health) where before[row] != value {
            changed[.health(row), default: [:]]["value"] = now + 1_000
        }
    }

    /// Takes events that were added.
    package mutating func observe(events numbers: Range<Int>, at now: Timestamp) {
        guard !numbers.isEmpty else { return }
        newEvents.append(NumberedEvents(numbers: numbers, until: now + Self.duration))
    }

    /// Takes configurations read again.
    package mutating func observe(
        _ resource: ConfigResource, from old: [ConfigEntry], to entries: [ConfigEntry], at now: Timestamp
    ) {
        let before = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        for entry in entries {
            guard let was = before[entry.name], was.value != entry.value || was.source != entry.source else { continue }
            mark(.config(resource, entry.name), ["value", "source"], now + Self.duration)
        }
    }

    private mutating func mark(_ object: Object, _ columns: [String], _ until: Timestamp) {
        for column in columns { changed[object, default: [:]][column] = until }
    }

    private mutating func observeBrokers(_ old: ClusterSnapshot, _ snapshot: ClusterSnapshot, _ until: Timestamp) {
        for broker in snapshot.brokers {
            guard let was = old.broker(broker.id) else {
                new[.broker(broker.id)] = until
                continue
            }
            if was.state != broker.state { mark(.broker(broker.id), ["state"], until) }
        }
        for broker in old.brokers where snapshot.broker(broker.id) == nil {
            gone[.broker(broker.id)] = until
            goneBrokers.append(broker)
        }
    }

    private mutating func observeTopics(_ old: ClusterSnapshot, _ snapshot: ClusterSnapshot, _ until: Timestamp) {
        guard !old.topics.isIdentical(to: snapshot.topics) else { return }
        let pairs = NamedPairs(old.topics, snapshot.topics)
        for index in pairs.changed {
            let before = pairs.old(index)
            if let before, old.topics[before].id == snapshot.topics[index].id,
                old.topics[before].partitions.isIdentical(to: snapshot.topics[index].partitions)
            {
                continue
            }
            let topic = snapshot.topics[index]
            guard let was = before.map({ old.topics[$0] }), was.id == topic.id else {
                new[.topic(topic.name)] = until
                goneTopics.removeAll { $0.name == topic.name }
                gone[.topic(topic.name)] = nil
                continue
            }
            observePartitions(was, topic, until)
        }
        for topic in pairs.gone.map({ old.topics[$0] }) {
            gone[.topic(topic.name)] = until
            goneTopics.append(topic)
        }
    }

    private mutating func observePartitions(_ old: TopicSnapshot, _ topic: TopicSnapshot, _ until: Timestamp) {
        var columns: [String] = []
        if old.partitions.count != topic.partitions.count { columns.append("partitions") }
        let moved = topic.placesMoved(since: old)
        guard !columns.isEmpty || !moved.isEmpty else { return }
        for place in moved { observe(old.partitions[place], topic.partitions[place], in: topic, until) }
        if old.replicationFactors != topic.replicationFactors { columns.append("rf") }
        let counts: [(String, (TopicSnapshot) -> Int)] = [
            ("urp", { $0.partitions.count { $0.isUnderReplicated } }),
            ("min", { topic in topic.partitions.count { $0.inSync.count < topic.minISR(of: $0) ?? 0 } }),
            ("offline", { $0.partitions.count { $0.isOffline } }),
        ]
        columns += counts.filter { $0.1(old) != $0.1(topic) }.map(\.0)
        mark(.topic(topic.name), columns, until)
    }

    private mutating func observe(
        _ old: PartitionSnapshot, _ partition: PartitionSnapshot, in topic: TopicSnapshot, _ until: Timestamp
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
        mark(.partition(id), columns, until)
        let was = PartitionProblem.worst(old, minISR: topic.minISR(of: old))
        let has = PartitionProblem.worst(partition, minISR: topic.minISR(of: partition))
        healed[id] = was != nil && has == nil ? until : nil
    }

    private mutating func observeGroups(_ old: ClusterReport, _ report: ClusterReport, _ until: Timestamp) {
        let pairs = NamedPairs(old.snapshot.groups, report.snapshot.groups)
        // A verdict may change without its group.
        let haveSameVerdicts = pairs.isUnmoved && old.ranking.verdicts == report.ranking.verdicts
        for index in haveSameVerdicts ? pairs.changed : Array(report.snapshot.groups.indices) {
            let before = pairs.old(index)
            if let before, isUnchanged(before, index, old, report) { continue }
            let group = report.snapshot.groups[index]
            guard let before else {
                new[.group(group.name)] = until
                goneGroups.removeAll { $0.name == group.name }
                gone[.group(group.name)] = nil
                continue
            }
            let was = old.snapshot.groups[before]
            var columns: [String] = []
            if was.state != group.state { columns.append("state") }
            if was.members.count != group.members.count { columns.append("members") }
            if old.ranking.verdicts[before] != report.ranking.verdicts[index] { columns.append("status") }
            if columns.isEmpty, was.members.isIdentical(to: group.members) { continue }
            mark(.group(group.name), columns, until)
            if was.members != group.members { observeOwners(was, group, until) }
        }
        for group in pairs.gone.map({ old.snapshot.groups[$0] }) {
            gone[.group(group.name)] = until
            goneGroups.append(group)
        }
    }

    /// Whether a group has neither another state nor other members nor another verdict.
    private func isUnchanged(_ before: Int, _ index: Int, _ old: ClusterReport, _ report: ClusterReport) -> Bool {
        old.ranking.verdicts[before] == report.ranking.verdicts[index]
            && old.snapshot.groups[before].state == report.snapshot.groups[index].state
            && old.snapshot.groups[before].members.isIdentical(to: report.snapshot.groups[index].members)
    }

    private mutating func observeOwners(_ old: GroupSnapshot, _ group: GroupSnapshot, _ until: Timestamp) {
        func owners(_ group: GroupSnapshot) -> [TopicPartition: String] {
            group.members.reduce(into: [:]) { owners, member in
                for partition in member.partitions { owners[partition] = member.id }
            }
        }
        let (before, after) = (owners(old), owners(group))
        for partition in Set(before.keys).union(after.keys) where before[partition] != after[partition] {
            mark(.owner(group.name, partition), ["member", "host"], until)
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
