import KafkaProtocol

/// Remembers what snapshots showed, in rings, and turns each new one into figures: rates, courses, lag and verdicts.
///
/// A snapshot mostly differs from the one before in a few topics and groups. Only those are worked through; of all others
/// what was worked out stands: until they are asked of again, or nothing was heard of them for so long that it is no longer
/// known.
package struct ClusterHistory: Sendable {
    /// In the order of the last snapshot.
    private var topics: [Shared<TopicHistory>] = []
    private var positions: [String: Int] = [:]
    /// The topics of the last snapshot, so that nothing is looked at when they are the same.
    private var seenTopics: [TopicSnapshot] = []
    /// What they add up to.
    private(set) var sums = TopicSums()
    private var topicFigures: [String: Shared<TopicFigures>] = [:]
    private var groups: [String: GroupHistory] = [:]
    /// In the order of the last snapshot.
    private var knownGroups: [KnownGroup] = []
    private var groupPositions: [String: Int] = [:]
    /// The groups of the last snapshot.
    private var seenGroups: [GroupSnapshot] = []
    /// The groups by how they are doing.
    private(set) var ranking = GroupRanking()
    /// Whether all groups are to be worked through, as there are other topics or groups.
    private var rereadsGroups = false
    /// Groups whose verdict the last snapshot changed, with their figures before.
    private(set) var verdictChanges: [String: Shared<GroupFigures>] = [:]
    private var groupFigures: [String: Shared<GroupFigures>] = [:]
    private var readers = TopicReaders()
    /// When the last snapshot was taken.
    private var lastAt: Timestamp = 0
    private var brokersIn: [BrokerID: LevelMeter] = [:]
    private var brokersOut: [BrokerID: RateMeter] = [:]
    private var messagesIn = LevelMeter()
    private var bytesIn = LevelMeter()
    private var bytesOut = LevelMeter()
    private var replication = LevelMeter()
    private var lag = LevelMeter()
    private var moves = MoveHistory()
    private var metadataRecords = RateMeter()
    private var long = LongHistory()

    /// A history that saw nothing.
    package init() {}

    /// Takes a snapshot and answers what follows from it and the ones before.
    package mutating func observe(_ snapshot: ClusterSnapshot) -> ClusterFigures {
        var figures = ClusterFigures()
        let moved = observeTopics(snapshot)
        figures.partitions = PartitionRates(topics, positions: positions, now: snapshot.at)
        observeGroups(snapshot, figures.partitions, moved: moved)
        lastAt = snapshot.at
        figures.topics = topicFigures
        figures.groups = groupFigures
        figures.readers = readers
        observeBrokers(snapshot, into: &figures)
        observeTotals(snapshot, into: &figures)
        figures.moves = moves.observe(snapshot, isMoving: sums.health.moving > 0)
        if let quorum = snapshot.quorum {
            metadataRecords.observe(Double(quorum.value.highWatermark), at: quorum.at)
            metadataRecords.advance(to: snapshot.at)
            figures.metadataRecords = metadataRecords.series(now: snapshot.at)
        }
        long.observe(figures, at: snapshot.at)
        figures.long = long
        return figures
    }

    /// Takes what an earlier run has seen over hours.
    mutating func restore(_ earlier: LongHistory, at now: Timestamp) { long.restore(earlier, at: now) }

    /// What the partitions of each topic of the last snapshot add up to, in its order.
    var counts: some Collection<TopicCounts> { topics.lazy.map(\.value.counts) }

    // MARK: Topics

    /// Takes the topics that changed, and those of which nothing was heard for long.
    ///
    /// - Returns: the names of those whose groups may have other figures now.
    private mutating func observeTopics(_ snapshot: ClusterSnapshot) -> Set<String> {
        let now = snapshot.at
        guard now > sums.standsUntil || !seenTopics.isIdentical(to: snapshot.topics) else { return [] }
        defer {
            seenTopics = snapshot.topics
            sums = TopicSums(topics)
        }
        var moved: Set<String> = []
        let pairs = NamedPairs(seenTopics, snapshot.topics)
        if !pairs.isUnmoved { rearrange(snapshot, pairs, &moved) }
        for index in now > sums.standsUntil ? Array(snapshot.topics.indices) : pairs.changed {
            if !topics[index].value.isUnchanged(snapshot.topics[index]) {
                topics[index].value.observe(snapshot.topics[index], stoodUntil: lastAt, now: now)
            } else if now > topics[index].value.standsUntil {
                topics[index].value.expire(stoodUntil: lastAt, now: now)
            } else if pairs.isUnmoved || !moved.contains(snapshot.topics[index].name) {
                continue
            }
            let topic = topics[index].value
            let name = topic.topic.name
            if topic.hasMoved { moved.insert(name) }
            var shown = topicFigures[name]?.value ?? TopicFigures()
            shown.rate = topic.rate
            shown.course = topic.course
            shown.counts = topic.counts
            topicFigures[name] = Shared(shown)
        }
        return moved
    }

    /// Puts the histories in the order of a snapshot that has other topics than the one before.
    private mutating func rearrange(_ snapshot: ClusterSnapshot, _ pairs: NamedPairs, _ moved: inout Set<String>) {
        for index in pairs.gone { topicFigures[seenTopics[index].name] = nil }
        let before = topics
        topics = snapshot.topics.enumerated().map { index, topic in
            if let old = pairs.old(index) { return before[old] }
            moved.insert(topic.name)
            return Shared(TopicHistory(topic, now: snapshot.at))
        }
        positions = Dictionary(
            topics.enumerated().map { ($0.element.value.topic.name, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        // Groups may have read a topic before it was seen.
        rereadsGroups = true
    }

    // MARK: Groups

    /// What every look asks of a group, beside its figures, which are much larger.
    private struct KnownGroup {
        let isConsole: Bool
        var status = GroupStatus.ok
        var lag: Int64?
        var committedAt: Timestamp?
        var isStale = true
        /// Whether it is to be looked at again only once something about it changes.
        var isSettled = false
        /// Up to when its figures stand if nothing was read anew.
        var standsUntil: Timestamp = .max
    }

    private mutating func observeGroups(_ snapshot: ClusterSnapshot, _ rates: PartitionRates, moved: Set<String>) {
        var stale: Set<String> = []
        verdictChanges = [:]
        let pairs = NamedPairs(seenGroups, snapshot.groups)
        if !pairs.isUnmoved { rearrangeGroups(snapshot, pairs, &stale) }
        var hasChanged = !pairs.isUnmoved
        var isAwake = awake(by: moved)
        for index in pairs.changed where !isAwake[index] {
            isAwake[index] = !stands(snapshot.groups[index], at: index, as: pairs.old(index), now: snapshot.at)
        }
        for index in snapshot.groups.indices {
            let isOver = !knownGroups[index].isSettled && snapshot.at > knownGroups[index].standsUntil
            if isAwake[index] || isOver {
                observe(snapshot.groups[index], at: index, rates, now: snapshot.at, &stale)
                hasChanged = true
            } else {
                noteAge(of: snapshot.groups, at: index, now: snapshot.at, &stale)
            }
        }
        seenGroups = snapshot.groups
        rereadsGroups = false
        for topic in stale { sumUp(topic) }
        if hasChanged {
            ranking = GroupRanking(
                knownGroups.lazy.map { .init(status: $0.status, lag: $0.lag, isConsole: $0.isConsole) })
        }
    }

    /// The groups that are to be worked through as these topics have moved.
    private func awake(by moved: Set<String>) -> [Bool] {
        var isAwake = Array(repeating: rereadsGroups, count: knownGroups.count)
        for topic in moved {
            for name in readers.groups(of: topic) { groupPositions[name].map { isAwake[$0] = true } }
        }
        return isAwake
    }

    /// Whether the figures of a group stand as they are; notes when it was last read.
    private mutating func stands(_ group: GroupSnapshot, at index: Int, as old: Int?, now: Timestamp) -> Bool {
        guard let was = old.map({ seenGroups[$0] }), was.isSame(group) else { return false }
        let isAsOld = was.committedAt == group.committedAt && was.describedAt == group.describedAt
        guard knownGroups[index].isSettled || isAsOld && now <= knownGroups[index].standsUntil else { return false }
        if !isAsOld, let at = group.committedAt {
            knownGroups[index].committedAt = at
            groups[group.name]?.observeAgain(committedAt: at)
        }
        return true
    }

    private mutating func observe(
        _ group: GroupSnapshot, at index: Int, _ rates: PartitionRates, now: Timestamp, _ stale: inout Set<String>
    ) {
        let own = groups[group.name, default: GroupHistory()]
            .observe(group, rates: rates, stoodUntil: lastAt, now: now)
        if let was = groupFigures[group.name], was.status != own.status { verdictChanges[group.name] = was }
        groupFigures[group.name] = Shared(own)
        knownGroups[index].status = own.status
        knownGroups[index].lag = own.lag
        knownGroups[index].committedAt = group.committedAt
        knownGroups[index].isStale = own.isStale
        knownGroups[index].isSettled = groups[group.name]?.isSettled ?? false
        knownGroups[index].standsUntil = groups[group.name]?.standsUntil ?? .max
        readers.set(group.isConsole ? [] : group.topics, of: group.name, &stale)
        stale.formUnion(readers.topics(of: group.name))
    }

    /// Puts what is known in the order of a snapshot that has other groups than the one before.
    private mutating func rearrangeGroups(
        _ snapshot: ClusterSnapshot, _ pairs: NamedPairs, _ stale: inout Set<String>
    ) {
        for index in pairs.gone { forget(seenGroups[index].name, &stale) }
        let before = knownGroups
        rereadsGroups = true
        knownGroups = snapshot.groups.indices.map { index in
            pairs.old(index).map { before[$0] } ?? KnownGroup(isConsole: snapshot.groups[index].isConsole)
        }
        groupPositions = Dictionary(
            snapshot.groups.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// Figures of a group grow old without anything else happening to it.
    private mutating func noteAge(
        of groups: [GroupSnapshot], at index: Int, now: Timestamp, _ stale: inout Set<String>
    ) {
        let isStale = GroupHistory.isStale(knownGroups[index].committedAt, now: now)
        guard knownGroups[index].isStale != isStale else { return }
        knownGroups[index].isStale = isStale
        let name = groups[index].name
        groupFigures[name]?.isStale = isStale
        stale.formUnion(readers.topics(of: name))
    }

    private mutating func forget(_ group: String, _ stale: inout Set<String>) {
        groups[group] = nil
        groupFigures[group] = nil
        readers.set([], of: group, &stale)
    }

    /// What the groups of a topic add up to there.
    private mutating func sumUp(_ topic: String) {
        guard topicFigures[topic] != nil || !readers.groups(of: topic).isEmpty else { return }
        var shown = topicFigures[topic]?.value ?? TopicFigures()
        shown.groups = readers.groups(of: topic)
        shown.lag = nil
        shown.lagIsStale = false
        for group in shown.groups {
            guard let own = groupFigures[group]?.value else { continue }
            let lags = own.partitions.lazy.filter { $0.partition.topic == topic }.map { $0.lag ?? 0 }
            shown.lag = (shown.lag ?? 0) + lags.reduce(0, +)
            if own.isStale { shown.lagIsStale = true }
        }
        topicFigures[topic] = Shared(shown)
    }

    // MARK: Sums

    private mutating func observeBrokers(_ snapshot: ClusterSnapshot, into figures: inout ClusterFigures) {
        let ids = Set(snapshot.brokers.map(\.id))
        brokersIn = brokersIn.filter { ids.contains($0.key) }
        brokersOut = brokersOut.filter { ids.contains($0.key) }
        let (rates, shares) = (sums.bytes, sums.shares)
        let (skews, replicaSkews) = (Skew.leaders(shares), Skew.replicas(shares))
        for broker in snapshot.brokers {
            var own = BrokerFigures()
            let share = shares[broker.id] ?? TopicCounts.Share(broker: broker.id)
            own.leaders = Int(share.leaders)
            own.replicas = Int(share.replicas)
            own.underReplicated = Int(share.underReplicated)
            own.leaderSkew = skews[broker.id]
            own.replicaSkew = replicaSkews[broker.id]
            let bytes = broker.state.isLive ? rates.rate(broker.id) : nil
            brokersIn[broker.id, default: LevelMeter()].observe(bytes, at: snapshot.at)
            own.bytesIn = Series(now: bytes, trend: brokersIn[broker.id]?.trend ?? [])
            if let sent = broker.bytesSent {
                brokersOut[broker.id, default: RateMeter()].observe(Double(sent.value), at: sent.at)
                brokersOut[broker.id]?.advance(to: snapshot.at)
                own.bytesOut = brokersOut[broker.id]?.series(now: snapshot.at) ?? Series()
            }
            figures.brokers[broker.id] = own
        }
        bytesIn.observe(rates.isKnown ? rates.total : nil, at: snapshot.at)
        figures.bytesIn = Series(now: rates.isKnown ? rates.total : nil, trend: bytesIn.trend)
        replication.observe(rates.isKnown ? rates.replication : nil, at: snapshot.at)
        figures.replication = Series(now: rates.isKnown ? rates.replication : nil, trend: replication.trend)
        let out = figures.brokers.values.compactMap(\.bytesOut.now)
        let sent = out.isEmpty ? nil : out.reduce(0, +)
        bytesOut.observe(sent, at: snapshot.at)
        figures.bytesOut = Series(now: sent, trend: bytesOut.trend)
    }

    private mutating func observeTotals(_ snapshot: ClusterSnapshot, into figures: inout ClusterFigures) {
        let rate = sums.rate
        messagesIn.observe(rate, at: snapshot.at)
        figures.messagesIn = Series(now: rate, trend: messagesIn.trend)
        var sum: Int64?
        for known in knownGroups where !known.isConsole {
            if let own = known.lag { sum = (sum ?? 0) + own }
        }
        if knownGroups.allSatisfy(\.isConsole) { sum = 0 }
        lag.observe(sum.map(Double.init), at: snapshot.at)
        figures.lag = Series(now: sum.map(Double.init), trend: lag.trend)
    }
}

extension GroupSnapshot {
    /// Whether the group is what it was, however often it has said so since.
    fileprivate func isSame(_ new: GroupSnapshot) -> Bool {
        isIdentical(to: new)
            || state == new.state && error == new.error && epoch == new.epoch && coordinator == new.coordinator
                && type == new.type && assignor == new.assignor && members.isIdentical(to: new.members)
                && committed == new.committed && shares == new.shares && topology == new.topology
    }
}
