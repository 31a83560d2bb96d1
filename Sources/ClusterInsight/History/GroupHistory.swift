import KafkaProtocol

/// What was seen of one group: commits per partition and the course of its lag.
struct GroupHistory: Sendable {
    private var partitions: [TopicPartition: PartitionHistory] = [:]
    private var lag = LevelMeter(capacity: Limits.groupLagSamples)
    private var stateSince: Timestamp?
    private var stateSeenAt: Timestamp?
    private var state = ""
    private var members: [String: String] = [:]
    private var joined: [String] = []
    private var growsSince: Timestamp?
    private var isJudged = true
    /// Whether more looks at the same offsets would find the same figures.
    private(set) var isSettled = false
    /// Up to when the figures stand if nothing is read anew.
    private(set) var standsUntil: Timestamp = .max

    /// How often it is looked for how long a group has been rebalancing, milliseconds.
    private static let rebalancingLook: Timestamp = 10_000

    struct PartitionHistory: Sendable {
        var commits = CommitWindow()
        var reads = RateWindow()
        var lag = LevelMeter(capacity: Limits.trendSamples)
        var changedAt: Timestamp?
        var committed: Offset?

        mutating func observeAgain(at: Timestamp) {
            guard let committed else { return }
            _ = reads.observe(Double(committed), at: at)
            commits.observeAgain(at: at)
        }
    }

    /// Takes another answer that told the same, without working out figures that stay as they are.
    mutating func observeAgain(committedAt: Timestamp) {
        for index in partitions.values.indices { partitions.values[index].observeAgain(at: committedAt) }
    }

    /// Takes what a snapshot shows of the group.
    ///
    /// - Parameter stoodUntil: up to when it was seen to be as it was.
    mutating func observe(
        _ group: GroupSnapshot, rates: PartitionRates, stoodUntil: Timestamp, now: Timestamp
    ) -> GroupFigures {
        lag.stand(until: stoodUntil)
        if group.state != state {
            stateSince = state.isEmpty ? nil : now
            stateSeenAt = now
            state = group.state
            joined = []
        }
        let present = Dictionary(group.members.map { ($0.id, $0.clientID) }, uniquingKeysWith: { a, _ in a })
        if group.isRebalancing, !members.isEmpty {
            joined += present.filter { members[$0.key] == nil }.values.sorted().filter { !joined.contains($0) }
            joined = Array(joined.prefix(Limits.namedMembers))
        }
        if !present.isEmpty { members = present }
        standsUntil = group.isRebalancing ? now + Self.rebalancingLook : .max
        var figures = GroupFigures()
        let (owners, others) = Self.owners(group)
        let all = Set(group.committed.keys).union(group.shares.keys).union(owners.keys)
        partitions = partitions.filter { all.contains($0.key) }
        for id in all.sorted() {
            partitions[id]?.lag.stand(until: stoodUntil)
            var own = observe(id, group: group, owner: owners[id], rates: rates, now: now)
            own.others = others[id] ?? []
            figures.partitions.append(own)
        }
        summarize(group, &figures, now: now)
        isJudged = group.isJudged
        isSettled = !group.isRebalancing && figures.partitions.allSatisfy(isSettled)
        return figures
    }

    /// Who reads what, and who else where members share a partition.
    private static func owners(
        _ group: GroupSnapshot
    ) -> (owners: [TopicPartition: MemberSnapshot], others: [TopicPartition: [MemberSnapshot]]) {
        var owners: [TopicPartition: MemberSnapshot] = [:]
        var others: [TopicPartition: [MemberSnapshot]] = [:]
        for member in group.members {
            for id in member.partitions {
                if group.isShare, owners[id] != nil {
                    others[id, default: []].append(member)
                } else {
                    owners[id] = member
                }
            }
        }
        return (owners, others)
    }

    private mutating func observe(
        _ id: TopicPartition, group: GroupSnapshot, owner: MemberSnapshot?, rates: PartitionRates, now: Timestamp
    ) -> GroupPartitionFigures {
        let meter = rates.meter(id)
        var own = GroupPartitionFigures(id)
        own.member = owner
        own.committed = group.position(in: id)
        own.end = rates.end(id)
        own.inRate = meter?.rate(now: now)
        if own.inRate != nil { standsUntil = min(standsUntil, meter?.knownUntil ?? .max) }
        var history = partitions[id] ?? PartitionHistory()
        if let committed = own.committed, let end = own.end {
            let lag = group.shares[id]?.lag ?? max(0, end - committed)
            own.lag = lag
            if let passed = meter?.time(ofPassing: Double(committed), now: now) {
                own.seconds = Double(max(0, now - passed)) / 1_000
            } else if lag == 0 {
                own.seconds = 0
            }
            if history.committed != committed { history.changedAt = history.committed == nil ? nil : now }
            history.committed = committed
            if let at = group.committedAt {
                _ = history.reads.observe(Double(committed), at: at)
                if group.isJudged {
                    history.commits.observe(CommitSample(at: at, committed: committed, lag: lag))
                }
            }
            own.readRate = history.reads.rate(now: now)
            if own.readRate != nil { standsUntil = min(standsUntil, history.reads.knownUntil ?? .max) }
            own.status = GroupRules.status(
                samples: history.commits.samples, lag: lag, seconds: own.seconds, hasMember: owner != nil)
        }
        history.lag.observe(own.lag.map(Double.init), at: now)
        own.course = history.lag
        partitions[id] = history
        return own
    }

    /// Whether time alone changes nothing of a partition: nothing comes, nothing is read, no lag has an age, and the verdict
    /// is the one that more of the same samples lead to.
    private func isSettled(_ own: GroupPartitionFigures) -> Bool {
        guard own.inRate ?? 0 == 0, own.readRate ?? 0 == 0, own.seconds ?? 0 == 0 else { return false }
        guard let commits = partitions[own.partition]?.commits, commits.isUniform else { return false }
        return !isJudged || commits.isFull || own.lag ?? 0 < GroupRules.minimumLag
    }

    /// Whether what a group has committed was read too long ago to be shown plain.
    static func isStale(_ committedAt: Timestamp?, now: Timestamp) -> Bool {
        committedAt.map { Staleness.isStale(at: $0, now: now, interval: .seconds(1)) } ?? true
    }

    private mutating func summarize(_ group: GroupSnapshot, _ figures: inout GroupFigures, now: Timestamp) {
        let known = figures.partitions.filter { $0.committed != nil }
        // Nothing committed is no lag of 0: where its members will begin is not known here.
        if !known.isEmpty, known.allSatisfy({ $0.lag != nil }) { figures.lag = known.reduce(0) { $0 + ($1.lag ?? 0) } }
        figures.isEstimate = group.shares.values.contains { $0.lag == nil }
        figures.isStale = Self.isStale(group.committedAt, now: now)
        figures.seconds = known.compactMap(\.seconds).max()
        figures.inRate = sum(figures.partitions.compactMap(\.inRate))
        figures.readRate = sum(figures.partitions.compactMap(\.readRate))
        if let arriving = figures.inRate, let read = figures.readRate { figures.lagPerSecond = arriving - read }
        figures.lastCommitAt = partitions.values.compactMap(\.changedAt).max()
        figures.status = figures.partitions.map(\.status).max() ?? .ok
        lag.observe(figures.lag.map(Double.init), at: now)
        figures.course = lag
        if figures.status == .warn { growsSince = growsSince ?? now - 100_000 } else { growsSince = nil }
        let waiting = now - (stateSeenAt ?? now)
        if group.isJudged, group.isRebalancing, waiting > 60_000 { figures.status = max(figures.status, .warn) }
        figures.growsSince = growsSince
        figures.stateSince = stateSince
        figures.stateSeenAt = stateSeenAt
        figures.joined = joined
    }

    private func sum(_ rates: [Double]) -> Double? { rates.isEmpty ? nil : rates.reduce(0, +) }
}
