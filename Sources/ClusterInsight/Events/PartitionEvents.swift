import KafkaProtocol

extension EventDetector {
    /// What changed in partitions: leaders, ISR, offline and minimum, each gathered into few lines.
    static func partitionEvents(_ old: ClusterSnapshot, _ new: ClusterSnapshot) -> [ClusterEvent] {
        var changes = PartitionChanges()
        changes.keepsEligible = new.quorum?.value.features["eligible.leader.replicas.version"] ?? 0 > 0
        let (hadQuorum, hasQuorum) = (old.hasQuorum, new.hasQuorum)
        guard hadQuorum != hasQuorum || !old.topics.isIdentical(to: new.topics) else { return [] }
        let pairs = NamedPairs(old.topics, new.topics)
        for index in hadQuorum == hasQuorum ? pairs.changed : Array(new.topics.indices) {
            guard let before = pairs.old(index) else { continue }
            if hadQuorum == hasQuorum, old.topics[before].partitions.isIdentical(to: new.topics[index].partitions) {
                continue
            }
            let (was, topic) = (old.topics[before], new.topics[index])
            guard was.id == topic.id || was.id == nil else { continue }
            for partition in topic.partitions {
                guard let earlier = was.position(of: partition.id).map({ was.partitions[$0] }),
                    earlier.leader != partition.leader || earlier.placement != partition.placement
                        || hadQuorum != hasQuorum
                else { continue }
                changes.note(topic, from: earlier, to: partition)
                changes.note(
                    TopicPartition(topic.name, partition.id), partition,
                    wasAbandoned: earlier.isAbandoned(hasQuorum: hadQuorum),
                    isAbandoned: partition.isAbandoned(hasQuorum: hasQuorum))
            }
        }
        return changes.isEmpty ? [] : changes.events(at: new.at, stillUnder: ClusterHealth(new).underReplicated)
    }
}

/// Gathers changes of many partitions, because one metadata change moves hundreds at once.
struct PartitionChanges {
    private var moved: [BrokerID: [BrokerID: [TopicPartition]]] = [:]
    private var lost: [BrokerID: [TopicPartition]] = [:]
    private var full: [TopicPartition] = []
    private var offline: [TopicPartition] = []
    private var stranded: [TopicPartition] = []
    private var strandedLeaders: Set<BrokerID> = []
    private var online: [(TopicPartition, PartitionSnapshot)] = []
    private var below: [TopicPartition] = []
    private var belowCounts = ""
    private var above: [TopicPartition] = []
    private var movesDone: [TopicPartition] = []
    private var unclean: [TopicPartition] = []
    /// Whether leaders may rightly come from outside the ISR, which metadata does not tell from losing ones (KIP-966).
    var keepsEligible = false

    /// Whether nothing was noted.
    var isEmpty: Bool {
        moved.isEmpty && lost.isEmpty && online.isEmpty
            && [full, offline, stranded, below, above, movesDone, unclean].allSatisfy(\.isEmpty)
    }

    mutating func note(_ topic: TopicSnapshot, from old: PartitionSnapshot, to new: PartitionSnapshot) {
        let id = TopicPartition(topic.name, new.id)
        switch (old.leader, new.leader) {
        case (let a?, let b?) where a != b:
            moved[a, default: [:]][b, default: []].append(id)
            if Self.isUnclean(from: old, to: new, leader: b) { unclean.append(id) }
        default: break
        }
        for gone in old.isr where !new.isr.contains(gone) && new.replicas.contains(gone) && new.leader != nil {
            lost[gone, default: []].append(id)
        }
        if old.isUnderReplicated, !new.isUnderReplicated, !new.isOffline { full.append(id) }
        if old.isMoving, !new.isMoving { movesDone.append(id) }
        guard let minISR = topic.minISR(of: new), new.leader != nil else { return }
        if old.isr.count >= minISR, new.isr.count < minISR {
            if below.isEmpty { belowCounts = "\(new.isr.count) of \(minISR)" }
            below.append(id)
        }
        if old.isr.count < minISR, new.isr.count >= minISR { above.append(id) }
    }

    /// Whether the new leader was chosen although it was not in sync, which happens only when nobody in sync is left.
    ///
    /// Who joined the ISR and led between two looks was in sync too: then members of the old ISR are still in it, or have
    /// been moved away.
    private static func isUnclean(from old: PartitionSnapshot, to new: PartitionSnapshot, leader: BrokerID) -> Bool {
        guard !old.isr.contains(leader), !old.adding.contains(leader), old.replicas.contains(leader) else {
            return false
        }
        let left = old.isr.filter(new.replicas.contains)
        return !left.isEmpty && !left.contains(where: new.isr.contains)
    }

    /// Notes that a partition lost whoever serves it with nobody to take over, or that somebody serves it again.
    mutating func note(_ id: TopicPartition, _ new: PartitionSnapshot, wasAbandoned: Bool, isAbandoned: Bool) {
        switch (wasAbandoned, isAbandoned) {
        case (false, true):
            guard let leader = new.leader else { return offline.append(id) }
            stranded.append(id)
            strandedLeaders.insert(leader)
        case (true, false): if !new.isOffline { online.append((id, new)) }
        default: break
        }
    }

    func events(at: Timestamp, stillUnder: Int) -> [ClusterEvent] {
        leaderEvents(at) + lossEvents(at) + availabilityEvents(at) + replicaEvents(at, stillUnder)
    }

    private func leaderEvents(_ at: Timestamp) -> [ClusterEvent] {
        var events: [ClusterEvent] = []
        for (from, targets) in moved.sorted(by: { $0.key < $1.key }) {
            let all = targets.values.flatMap { $0 }.sorted()
            let parts = targets.sorted { $0.key < $1.key }.map { "\($0.value.count) to \($0.key)" }
            events.append(
                ClusterEvent(
                    at: at, kind: .leaders, text: "\(all.count) moved from \(from): \(parts.joined(separator: ", "))",
                    short: "\(all.count) leaders moved from \(from)",
                    line: "leaders moved: \(all.count) from \(from); \(parts.joined(separator: ", "))", partitions: all)
            )
        }
        if !unclean.isEmpty {
            events.append(
                ClusterEvent(
                    at: at, kind: .unclean,
                    text: "\(PartitionNames.list(unclean)): a leader outside the ISR, "
                        + (keepsEligible ? "eligible, or messages are lost" : "messages may be lost"),
                    short: "unclean leader", weight: .bad, partitions: unclean))
        }
        return events
    }

    private func availabilityEvents(_ at: Timestamp) -> [ClusterEvent] {
        var events: [ClusterEvent] = []
        if !offline.isEmpty {
            let names = PartitionNames.list(offline)
            events.append(
                ClusterEvent(
                    at: at, kind: .offline, text: "\(names): no in-sync replica left", short: "\(names) OFFLINE",
                    line: "\(names) OFFLINE: no replica in sync", weight: .bad, partitions: offline))
        }
        if !stranded.isEmpty {
            let names = PartitionNames.list(stranded)
            let leaders = strandedLeaders.sorted().map(String.init).joined(separator: ", ")
            events.append(
                ClusterEvent(
                    at: at, kind: .offline, text: "\(names): led by \(leaders), away, and no quorum to elect another",
                    short: "OFFLINE: \(stranded.count) led by \(leaders)",
                    line: "\(stranded.count) OFFLINE: led by \(leaders), no quorum", weight: .bad, partitions: stranded)
            )
        }
        if !online.isEmpty {
            let names = PartitionNames.list(online.map(\.0))
            let leader = online.count == 1 ? online.first?.1.leader.map { ", leader \($0)" } ?? "" : ""
            let epoch = online.count == 1 ? online.first?.1.leaderEpoch.map { ", epoch \($0)" } ?? "" : ""
            events.append(
                ClusterEvent(
                    at: at, kind: .online, text: names + leader + epoch, short: "\(names) online",
                    line: "\(names) online\(leader)", weight: .good, partitions: online.map(\.0)))
        }
        return events
    }

    private func lossEvents(_ at: Timestamp) -> [ClusterEvent] {
        lost.sorted(by: { $0.key < $1.key }).map { broker, partitions in
            let count = partitions.count == 1 ? PartitionNames.list(partitions) : "\(partitions.count) partitions"
            return ClusterEvent(
                at: at, kind: .isrShrank, text: "\(count) lost \(broker)",
                short: "ISR shrank: \(partitions.count) lost \(broker)",
                line: "ISR shrank: \(count) lost broker \(broker)", weight: .bad, partitions: partitions)
        }
    }

    /// Names where they are short, else how many.
    private func brief(_ partitions: [TopicPartition]) -> String {
        let names = PartitionNames.list(partitions)
        return names.count <= 22 ? names : "\(partitions.count) partitions"
    }

    private func replicaEvents(_ at: Timestamp, _ stillUnder: Int) -> [ClusterEvent] {
        var events: [ClusterEvent] = []
        if !below.isEmpty {
            let names = PartitionNames.list(below)
            events.append(
                ClusterEvent(
                    at: at, kind: .minISR, text: "\(names) below: \(belowCounts); acks=all refused",
                    short: "\(names) below min",
                    line: "\(brief(below)) below min ISR: \(belowCounts)", weight: .bad, partitions: below))
        }
        if !above.isEmpty {
            let names = PartitionNames.list(above)
            events.append(
                ClusterEvent(
                    at: at, kind: .minISR, text: "\(names) again at the minimum: acks=all accepted",
                    short: "\(names) at min again", line: "\(brief(above)) at min ISR again", weight: .good,
                    partitions: above)
            )
        }
        if !full.isEmpty {
            let names = PartitionNames.list(full)
            let left = stillUnder == 0 ? "none left" : "\(stillUnder) left"
            events.append(
                ClusterEvent(
                    at: at, kind: .isrFull, text: "\(names), \(left)", short: "ISR full, \(left)",
                    line: "ISR full: \(brief(full)), \(left)", weight: .good, partitions: full))
        }
        if !movesDone.isEmpty {
            events.append(
                ClusterEvent(
                    at: at, kind: .move, text: "done: \(PartitionNames.list(movesDone))",
                    short: "\(movesDone.count) moves done", weight: .good, partitions: movesDone))
        }
        return events
    }
}
