import KafkaProtocol

/// Remembers what snapshots showed, in rings, and turns each new one into figures: rates, courses, lag and verdicts.
package struct ClusterHistory: Sendable {
    private var partitions: [TopicPartition: RateMeter] = [:]
    private var topics: [String: RateMeter] = [:]
    private var brokersIn: [BrokerID: LevelMeter] = [:]
    private var brokersOut: [BrokerID: RateMeter] = [:]
    private var groups: [String: GroupHistory] = [:]
    private var messagesIn = LevelMeter()
    private var bytesIn = LevelMeter()
    private var bytesOut = LevelMeter()
    private var replication = LevelMeter()
    private var lag = LevelMeter()
    private var moves = MoveHistory()
    private var metadataRecords = RateMeter()

    /// A history that saw nothing.
    package init() {}

    /// Takes a snapshot and answers what follows from it and the ones before.
    package mutating func observe(_ snapshot: ClusterSnapshot) -> ClusterFigures {
        var figures = ClusterFigures()
        forget(except: snapshot)
        observeTopics(snapshot, into: &figures)
        observeBrokers(snapshot, into: &figures)
        observeGroups(snapshot, into: &figures)
        observeTotals(snapshot, into: &figures)
        figures.moves = moves.observe(snapshot)
        if let quorum = snapshot.quorum {
            metadataRecords.observe(Double(quorum.value.highWatermark), at: quorum.at)
            metadataRecords.advance(to: snapshot.at)
            figures.metadataRecords = metadataRecords.series(now: snapshot.at)
        }
        return figures
    }

    private mutating func forget(except snapshot: ClusterSnapshot) {
        let names = Set(snapshot.topics.map(\.name))
        topics = topics.filter { names.contains($0.key) }
        partitions = partitions.filter { names.contains($0.key.topic) }
        let kept = Set(snapshot.groups.map(\.name))
        groups = groups.filter { kept.contains($0.key) }
        let ids = Set(snapshot.brokers.map(\.id))
        brokersIn = brokersIn.filter { ids.contains($0.key) }
        brokersOut = brokersOut.filter { ids.contains($0.key) }
    }

    private mutating func observeTopics(_ snapshot: ClusterSnapshot, into figures: inout ClusterFigures) {
        let now = snapshot.at
        for topic in snapshot.topics {
            var sum = 0.0
            var newest: Timestamp?
            for partition in topic.partitions {
                guard let offsets = partition.offsets else { continue }
                let key = TopicPartition(topic.name, partition.id)
                partitions[key, default: RateMeter()].observe(Double(offsets.value.latest), at: offsets.at)
                partitions[key]?.advance(to: now)
                figures.partitions[key] = partitions[key]?.series(now: now)
                sum += Double(offsets.value.latest)
                newest = max(newest ?? offsets.at, offsets.at)
            }
            var topicFigures = TopicFigures()
            if let newest { topics[topic.name, default: RateMeter()].observe(sum, at: newest) }
            topics[topic.name]?.advance(to: now)
            topicFigures.messagesIn = topics[topic.name]?.series(now: now) ?? Series()
            figures.topics[topic.name] = topicFigures
        }
    }

    private mutating func observeBrokers(_ snapshot: ClusterSnapshot, into figures: inout ClusterFigures) {
        let rates = ByteRates(snapshot, figures.partitions)
        let skews = Skew.leaders(snapshot)
        for broker in snapshot.brokers {
            var own = BrokerFigures()
            own.leaders = rates.leaders[broker.id] ?? 0
            own.replicas = rates.replicas[broker.id] ?? 0
            own.underReplicated = rates.underReplicated[broker.id] ?? 0
            own.leaderSkew = skews[broker.id]
            let bytes = broker.state.isLive ? rates.bytesIn[broker.id] ?? (rates.isKnown ? 0 : nil) : nil
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

    private mutating func observeGroups(_ snapshot: ClusterSnapshot, into figures: inout ClusterFigures) {
        let ends = EndOffsets(snapshot)
        for group in snapshot.groups {
            let own = groups[group.name, default: GroupHistory()].observe(
                group, ends: ends, meters: partitions, now: snapshot.at)
            figures.groups[group.name] = own
            var lags: [String: Int64] = [:]
            for partition in own.partitions { lags[partition.partition.topic, default: 0] += partition.lag ?? 0 }
            for topic in group.topics where !group.isConsole {
                var shown = figures.topics[topic] ?? TopicFigures()
                shown.groups.append(group.name)
                shown.lag = (shown.lag ?? 0) + (lags[topic] ?? 0)
                if own.isStale { shown.lagIsStale = true }
                figures.topics[topic] = shown
            }
        }
    }

    private mutating func observeTotals(_ snapshot: ClusterSnapshot, into figures: inout ClusterFigures) {
        let counted = snapshot.topics.filter { !$0.isInternal }
        let known = counted.compactMap { figures.topics[$0.name]?.messagesIn.now }
        let rate = counted.isEmpty ? 0 : known.isEmpty ? nil : known.reduce(0, +)
        messagesIn.observe(rate, at: snapshot.at)
        figures.messagesIn = Series(now: rate, trend: messagesIn.trend)
        let shown = snapshot.groups.filter { !$0.isConsole }
        let lags = shown.compactMap { figures.groups[$0.name]?.lag }
        let total = lags.isEmpty && !shown.isEmpty ? nil : Double(lags.reduce(0, +))
        lag.observe(total, at: snapshot.at)
        figures.lag = Series(now: total, trend: lag.trend)
    }
}

/// The ends of all partitions by name, for lags.
package struct EndOffsets: Sendable {
    /// End offset a reader can see, and when it was read.
    package var ends: [TopicPartition: Reading<Offset>] = [:]

    /// The ends of a snapshot.
    package init(_ snapshot: ClusterSnapshot) {
        for topic in snapshot.topics {
            for partition in topic.partitions {
                guard let offsets = partition.offsets else { continue }
                ends[TopicPartition(topic.name, partition.id)] = Reading(
                    offsets.value.stable ?? offsets.value.latest, at: offsets.at)
            }
        }
    }
}

/// Byte rates from message rates and mean message sizes, and the counts that need the same pass.
struct ByteRates {
    var leaders: [BrokerID: Int] = [:]
    var replicas: [BrokerID: Int] = [:]
    var underReplicated: [BrokerID: Int] = [:]
    var bytesIn: [BrokerID: Double] = [:]
    var total = 0.0
    var replication = 0.0
    var isKnown = false

    init(_ snapshot: ClusterSnapshot, _ rates: [TopicPartition: Series]) {
        // Into no partition at all nothing is written.
        isKnown = snapshot.topics.allSatisfy(\.partitions.isEmpty)
        for topic in snapshot.topics {
            for partition in topic.partitions {
                for replica in partition.replicas { replicas[replica, default: 0] += 1 }
                guard let leader = partition.servingLeader else { continue }
                leaders[leader, default: 0] += 1
                if partition.isUnderReplicated { underReplicated[leader, default: 0] += 1 }
                guard let rate = rates[TopicPartition(topic.name, partition.id)]?.now,
                    let bytes = partition.leaderBytes, let messages = partition.offsets?.value.messages
                else { continue }
                isKnown = true
                guard messages > 0 else { continue }
                let perSecond = rate * Double(bytes) / Double(messages)
                bytesIn[leader, default: 0] += perSecond
                total += perSecond
                replication += perSecond * Double(max(0, partition.inSync.count - 1))
            }
        }
    }
}
