import ClusterInsight
import KafkaProtocol

/// Broker 2 is killed, and once more half an hour later.
extension Story {
    static let killedAt = Fixture.at(12, 4, 29, 34)
    static let movedAt = Fixture.at(12, 4, 30, 651)

    /// 12:04:31: two seconds after broker 2 was killed. Its events are those the log itself finds.
    static var killed: Story {
        var story = StoryTeller(from: healthy)
        story.tell(Fixture.at(12, 4, 27, 300)) { snapshot in
            snapshot.edit(group: "search-indexer") { group in
                group.state = "stable"
                group.members.append(
                    MemberSnapshot(id: "indexer-3", clientID: "indexer-3", host: "127.0.0.1", partitions: []))
            }
        }
        story.tell(killedAt) { $0.kill(2, cause: "exited, signal 9, asked here", ledBefore: 42) }
        story.tell(Fixture.at(12, 4, 30, 642)) { $0.brokers[1].fencedAt = $0.at }
        story.tell(movedAt) { $0.lose(2) }
        story.tell(Fixture.at(12, 4, 30, 655)) { snapshot in
            snapshot.edit(group: "search-indexer") { group in
                group.state = "rebalancing"
                group.coordinator = 1
            }
        }
        return story.end(at: Fixture.at(12, 4, 31, 700), killedRates)
    }

    static let killedRates: Fixture.Rates = {
        var rates = Fixture.Rates(
            brokers: [1: (690, 902), 3: (702, 911)], messagesIn: 6_900, lag: 12_900,
            topics: ["orders-retry": 1.0])
        let lags: [String: [Int64]] = [
            "notification-push": [11_806], "click-archiver": [511], "search-indexer": [95, 7],
            "fraud-check": [41, 40], "order-processor": [37, 1], "notification-store": [44],
        ]
        for index in rates.groups.indices {
            let name = rates.groups[index].name
            for (topic, lag) in (lags[name] ?? []).enumerated() { rates.groups[index].lags[topic].1 = lag }
            rates.groups[index].seconds = max(0.1, rates.groups[index].seconds)
            if name == "notification-push" { rates.groups[index].seconds = 24 }
            rates.groups[index].isStale = name == "billing"
        }
        return rates
    }()

    /// 12:04:46: six seconds after broker 3 was killed as well. The quorum has lost its majority, so that metadata goes on
    /// to name broker 3.
    static var quorumLost: Story {
        var story = StoryTeller(from: killed)
        story.tell(Fixture.at(12, 4, 40, 20)) { snapshot in
            snapshot.kill(3, cause: "exited, signal 9, asked here", ledBefore: 62)
            snapshot.markAbsent()
        }
        let now = Fixture.at(12, 4, 46)
        var rates = killedRates
        rates.brokers = [1: (120, 90)]
        rates.messagesIn = 300
        var end = story.end(at: now, rates)
        var snapshot = end.report.snapshot
        snapshot.sources = [
            SourceSnapshot(.metadata, answeredAt: now),
            SourceSnapshot(
                .offsets, answeredAt: now - 7_000,
                failure: "ListOffsets: no answer from 3 (cannot connect: 127.0.0.1:9094: connection refused)",
                silent: [3], nextTryAt: now + 1_000),
            SourceSnapshot(
                .quorum, answeredAt: now - 7_000, failure: "timed out: DescribeQuorum at 127.0.0.1:9092",
                nextTryAt: now + 3_000),
        ]
        end.report = ClusterReport(snapshot, figures: end.report.figures)
        return end
    }

    /// 12:31:40: broker 2 killed again, broker 4 paused.
    static var killedAgain: Story {
        var story = StoryTeller(from: StoryTeller.recovered)
        story.tell(Fixture.at(12, 31, 12)) { $0.kill(2, cause: "exited, signal 9, asked here", ledBefore: 42) }
        story.tell(Fixture.at(12, 31, 13, 655)) { snapshot in
            snapshot.brokers[1].fencedAt = snapshot.at
            snapshot.lose(2)
        }
        story.tell(Fixture.at(12, 31, 33)) { snapshot in
            snapshot.brokers[3].state = .paused(since: snapshot.at)
            snapshot.brokers[3].cause = "SIGSTOP, asked here"
        }
        story.tell(Fixture.at(12, 31, 34, 866)) { $0.brokers[3].fencedAt = $0.at }
        var rates = killedRates
        rates.lag = 13_000
        rates.topics = [:]
        return story.end(at: Fixture.at(12, 31, 40, 900), rates)
    }
}

/// The report of 12:04:31 alone.
extension Fixture {
    static func broker2Killed() -> ClusterReport { Story.killed.report }
}

/// Tells a row of snapshots to a timeline.
struct StoryTeller {
    private var snapshot: ClusterSnapshot
    private var events: EventLog

    init(from story: Story) {
        snapshot = story.report.snapshot
        events = story.events
    }

    /// Changes the cluster at a moment; the timeline sees what came of it.
    mutating func tell(_ at: Timestamp, _ change: (inout ClusterSnapshot) -> Void) {
        let before = snapshot
        snapshot.at = at
        change(&snapshot)
        events.observe(from: before, to: snapshot)
    }

    /// The story at a moment at which everything that answers was read.
    func end(at now: Timestamp, _ rates: Fixture.Rates) -> Story {
        var last = snapshot
        last.refresh(at: now)
        return Story(report: Fixture.report(last, rates), events: events)
    }

    /// Half an hour later: broker 2 came back, broker 4 was added.
    static var recovered: Story {
        let at = Fixture.at(12, 31, 0)
        var snapshot = Fixture.snapshot(at: at)
        for index in 0..<3 { snapshot.brokers[index].residentBytes = 63 << 20 }
        var fourth = Fixture.broker(4, at: at)
        fourth.pid = 4_870
        fourth.residentBytes = 58 << 20
        fourth.upSince = Fixture.at(12, 20, 14)
        fourth.disk = Reading(12 << 10, at: at)
        fourth.isObserver = true
        snapshot.brokers.append(fourth)
        return Story(report: Fixture.report(snapshot, Fixture.healthyRates), events: Story.morning)
    }
}

extension ClusterSnapshot {
    /// Its process ends.
    mutating func kill(_ id: BrokerID, cause: String, ledBefore: Int) {
        guard let index = brokers.firstIndex(where: { $0.id == id }) else { return }
        brokers[index].state = .down(since: at)
        brokers[index].cause = cause
        brokers[index].ledBefore = ledBefore
        brokers[index].upSince = nil
    }

    /// The controller takes a broker out of every ISR and moves its leaders.
    mutating func lose(_ id: BrokerID) {
        for topic in topics.indices {
            for index in topics[topic].partitions.indices where topics[topic].partitions[index].replicas.contains(id) {
                var partition = topics[topic].partitions[index]
                let left = partition.isr.filter { $0 != id }
                if partition.leader == id {
                    partition.leader = partition.replicas.first { left.contains($0) }
                    partition.leaderEpoch = (partition.leaderEpoch ?? 0) + 1
                }
                if !left.isEmpty { partition.isr = left }
                topics[topic].partitions[index] = partition
            }
        }
    }

    mutating func edit(group name: String, _ change: (inout GroupSnapshot) -> Void) {
        guard let index = groups.firstIndex(where: { $0.name == name }) else { return }
        change(&groups[index])
    }

    /// Brokers that live answer now; the others keep what they said last.
    mutating func refresh(at now: Timestamp) {
        at = now
        let live = Set(liveBrokers.map(\.id))
        for index in brokers.indices where live.contains(brokers[index].id) { brokers[index].disk?.at = now }
        for topic in topics.indices {
            for index in topics[topic].partitions.indices {
                if topics[topic].partitions[index].leader != nil { topics[topic].partitions[index].offsets?.at = now }
                for log in topics[topic].partitions[index].logs.indices {
                    let broker = topics[topic].partitions[index].logs[log].broker
                    if live.contains(broker) { topics[topic].partitions[index].logs[log].at = now }
                }
            }
        }
        quorum?.at = now
    }
}
