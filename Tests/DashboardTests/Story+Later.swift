import ClusterInsight
import KafkaProtocol

@testable import Dashboard

/// Moments beside the incident: catching up, a move, nothing there, no answers.
extension Story {
    /// 12:05:14: broker 2 is back and catches up; two partitions of post-events are at full ISR again.
    static var catchingUp: Story {
        let now = Fixture.at(12, 5, 14, 950)
        var snapshot = Fixture.snapshot(at: now)
        snapshot.brokers[1].upSince = Fixture.at(12, 5, 10)
        snapshot.brokers[1].pid = 4_391
        let inSync: Set<String> = ["post-events/0", "post-events/2", "notifications/0"]
        for topic in snapshot.topics.indices {
            let name = snapshot.topics[topic].name
            for index in snapshot.topics[topic].partitions.indices {
                snapshot.topics[topic].partitions[index].fall(
                    behind: !inSync.contains("\(name)/\(index)"), isPostEvents: name == "post-events")
            }
        }
        var rates = Fixture.healthyRates
        rates.partitions = Dictionary(
            (0..<6).map { (TopicPartition("post-events", $0), 228 + 2 * Double($0)) }, uniquingKeysWith: { a, _ in a })
        return Story(report: Fixture.report(snapshot, rates), events: killed.events)
    }

    /// 12:42:31: four brokers, a move runs.
    static var moving: Story {
        let now = Fixture.at(12, 42, 31)
        var snapshot = StoryTeller.recovered.report.snapshot
        snapshot.refresh(at: now)
        snapshot.brokers[1].upSince = Fixture.at(12, 33, 0)
        var quorum = QuorumSnapshot(
            leader: 1, epoch: 4, highWatermark: 48_211, since: Fixture.at(11, 2, 12),
            features: ["metadata.version": 25, "group.version": 1, "transaction.version": 2, "kraft.version": 1])
        func node(
            _ id: Int32, _ end: Offset, fetched: Int64, caughtUp: Int64, _ directory: String
        ) -> ClusterInsight.QuorumNode {
            var node = ClusterInsight.QuorumNode(
                id: id, logEnd: end, fetchedAt: now - fetched, caughtUpAt: now - caughtUp)
            node.endpoint = "127.0.0.1:\(9_191 + id)"
            node.directoryID = directory
            return node
        }
        quorum.voters = [
            node(1, 48_211, fetched: 0, caughtUp: 0, "Xk2…pQA"),
            node(2, 48_211, fetched: 200, caughtUp: 200, "b7R…s0w"),
            node(3, 48_211, fetched: 100, caughtUp: 100, "Jd9…41g"),
        ]
        quorum.observers = [node(4, 48_209, fetched: 300, caughtUp: 600, "mA0…Lxk")]
        quorum.election = 412
        quorum.snapshot = QuorumSnapshot.Checkpoint(end: 46_000, at: Fixture.at(12, 35, 2))
        quorum.supported = quorum.features
        snapshot.quorum = Reading(quorum, at: now)
        var events = EventLog()
        events.append(
            ClusterEvent(at: Fixture.at(11, 2, 12), kind: .controller, text: "1, epoch 4", short: "controller 1"))
        var story = Story(report: Fixture.report(snapshot, Fixture.healthyRates), events: events)
        var figures = story.report.figures
        figures.metadataRecords = Series(now: 0.9, trend: Fixture.trend)
        story.report = ClusterReport(snapshot, figures: figures)
        return story
    }

    /// A cluster without topics and groups.
    static var empty: Story {
        var snapshot = Fixture.snapshot(at: Fixture.healthyAt)
        snapshot.topics = []
        snapshot.groups = []
        var rates = Fixture.healthyRates
        rates.messagesIn = 0
        rates.lag = 0
        return Story(report: Fixture.report(snapshot, rates), events: EventLog())
    }

    /// 12:10:23: offsets and log dirs have not been answered for a while.
    static var stale: Story {
        let now = Fixture.at(12, 10, 23)
        var snapshot = Fixture.snapshot(at: now)
        for topic in snapshot.topics.indices {
            for index in snapshot.topics[topic].partitions.indices {
                snapshot.topics[topic].partitions[index].offsets?.at = now - 14_000
                for log in snapshot.topics[topic].partitions[index].logs.indices {
                    snapshot.topics[topic].partitions[index].logs[log].at = now - 17_000
                }
            }
        }
        snapshot.sources = [
            SourceSnapshot(.metadata, answeredAt: now - 1_000),
            SourceSnapshot(
                .offsets, answeredAt: now - 14_000, failure: "ListOffsets: no answer from 1, 2, 3 in 2 s",
                silent: [1, 2, 3], nextTryAt: now + 3_000),
            SourceSnapshot(
                .logDirs, interval: .seconds(5), answeredAt: now - 17_000,
                failure: "DescribeLogDirs: no answer from 1, 2, 3 in 2 s", silent: [1, 2, 3], nextTryAt: now + 6_000),
        ]
        var story = Story(report: Fixture.report(snapshot, Fixture.healthyRates), events: EventLog())
        var figures = story.report.figures
        let course = LevelMeter(of: Fixture.trend.dropLast() + [nil])
        for name in figures.topics.keys { figures.topics[name]?.course = course }
        story.report = ClusterReport(snapshot, figures: figures)
        return story
    }
}

extension PartitionSnapshot {
    /// Broker 2 holds a replica again; where it is behind it is not in sync and leads nothing.
    fileprivate mutating func fall(behind: Bool, isPostEvents: Bool) {
        guard replicas.contains(2), replicas.count > 1 else { return }
        if leader == 2 {
            leader = replicas.first { $0 != 2 }
            leaderEpoch = 6
        }
        guard behind else { return }
        isr.removeAll { $0 == 2 }
        let lags: [Int64] = [0, 1_834, 0, 2_210, 1_790, 2_051]
        guard let log = logs.firstIndex(where: { $0.broker == 2 }) else { return }
        logs[log].behind = isPostEvents ? lags[Int(id)] : 900
    }
}
