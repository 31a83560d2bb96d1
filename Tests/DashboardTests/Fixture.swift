import ClusterInsight
import KafkaProtocol
import TerminalUI

@testable import Dashboard

/// The one cluster all drawn screens tell of: three brokers, thirteen topics, seven groups, 2026-11-23. The moments of
/// its story are in `Story`.
enum Fixture {
    /// Midnight of that day, UTC.
    static let midnight: Timestamp = 1_795_392_000_000
    /// 12:04:26, when everything is well.
    static let healthyAt = at(12, 4, 26)
    /// When the bundled brokers came up.
    static let upAt = at(11, 2, 13)

    /// A moment of the day.
    static func at(_ hour: Int64, _ minute: Int64, _ second: Int64, _ millisecond: Int64 = 0) -> Timestamp {
        midnight + ((hour * 60 + minute) * 60 + second) * 1_000 + millisecond
    }

    /// A topic as the table of the fixture has it.
    struct TopicFact {
        var name: String
        var partitions: Int
        var rf: Int
        var minISR: Int
        var start: Int
        var cleanup: String
        var messages: Int64
        var bytes: Double
        var perSecond: Double

        init(
            _ name: String, _ partitions: Int, _ rf: Int, _ minISR: Int, _ start: Int, _ cleanup: String,
            _ messages: Int64, _ bytes: Double, _ perSecond: Double
        ) {
            self.name = name
            self.partitions = partitions
            self.rf = rf
            self.minISR = minISR
            self.start = start
            self.cleanup = cleanup
            self.messages = messages
            self.bytes = bytes
            self.perSecond = perSecond
        }
    }

    static let topics: [TopicFact] = {
        let mib = 1_048_576.0
        return [
            TopicFact("__consumer_offsets", 50, 3, 2, 0, "compact", 61_302, 8.4 * mib, 7.0),
            TopicFact("audit-log", 3, 3, 2, 0, "delete", 184_220, 41 * mib, 18),
            TopicFact("clickstream", 12, 3, 1, 1, "delete", 9_412_806, 1.4 * 1_024 * mib, 5_000),
            TopicFact("dead-letters", 1, 1, 1, 1, "delete", 312, 96 * 1_024, 0),
            TopicFact("inventory", 6, 3, 2, 2, "delete", 402_118, 52 * mib, 120),
            TopicFact("notifications", 6, 3, 2, 0, "delete", 1_880_340, 301 * mib, 610),
            TopicFact("orders", 12, 3, 2, 1, "delete", 1_204_551, 118 * mib, 820),
            TopicFact("orders-retry", 3, 2, 2, 0, "delete", 8_114, 1.1 * mib, 2.0),
            TopicFact("payments", 6, 3, 2, 2, "delete", 88_010, 11 * mib, 24),
            TopicFact("post-events", 6, 3, 2, 0, "delete", 3_902_114, 612 * mib, 1_400),
            TopicFact("search-updates", 6, 3, 2, 1, "delete", 210_441, 33 * mib, 96),
            TopicFact("sessions", 6, 3, 2, 2, "compact", 64_200, 9.8 * mib, 31),
            TopicFact("user-profiles", 6, 3, 2, 0, "compact", 48_731, 22 * mib, 12),
        ]
    }()

    /// A group as the table of the fixture has it.
    struct GroupFact {
        var name: String
        var state: String
        var type: String
        var members: Int
        var coordinator: BrokerID
        var lags: [(String, Int64)]
        var seconds: Double
        var status = GroupStatus.ok
        var isStale = false
    }

    static let groups: [GroupFact] = [
        GroupFact(
            name: "billing", state: "empty", type: "classic", members: 0, coordinator: 2, lags: [("payments", 318)],
            seconds: 13),
        GroupFact(
            name: "click-archiver", state: "stable", type: "consumer", members: 4, coordinator: 1,
            lags: [("clickstream", 402)], seconds: 0.1),
        GroupFact(
            name: "fraud-check", state: "stable", type: "classic", members: 2, coordinator: 2,
            lags: [("orders", 26), ("payments", 40)], seconds: 0.1),
        GroupFact(
            name: "notification-push", state: "stable", type: "consumer", members: 3, coordinator: 3,
            lags: [("notifications", 11_482)], seconds: 23, status: .warn),
        GroupFact(
            name: "notification-store", state: "stable", type: "consumer", members: 3, coordinator: 1,
            lags: [("post-events", 14)], seconds: 0.01),
        GroupFact(
            name: "order-processor", state: "stable", type: "classic", members: 6, coordinator: 3,
            lags: [("orders", 20), ("orders-retry", 1)], seconds: 0.02),
        GroupFact(
            name: "search-indexer", state: "rebalancing", type: "classic", members: 2, coordinator: 2,
            lags: [("post-events", 90), ("user-profiles", 7)], seconds: 0.1),
    ]

    /// What the figures of a moment are beside those that follow from the topics.
    struct Rates {
        /// Bytes in and out per broker, KiB/s.
        var brokers: [BrokerID: (in: Double, out: Double)]
        var messagesIn: Double
        var lag: Double
        var groups = Fixture.groups
        /// Topics that take fewer messages than the table says.
        var topics: [String: Double] = [:]
        /// Partitions that do not take an even share.
        var partitions: [TopicPartition: Double] = [:]
        /// Whether the groups have committed on every partition of their topics.
        var groupsReadInFull = false
    }

    static let healthyRates = Rates(
        brokers: [1: (512, 731), 2: (498, 716), 3: (489, 702)], messagesIn: 8_132, lag: 12_400)

    /// The healthy cluster.
    static func healthy() -> ClusterReport { report(snapshot(at: healthyAt), healthyRates) }

    static func report(_ snapshot: ClusterSnapshot, _ rates: Rates) -> ClusterReport {
        ClusterReport(snapshot, figures: figures(snapshot, rates))
    }

    /// The whole cluster at a moment.
    static func snapshot(at: Timestamp) -> ClusterSnapshot {
        var snapshot = ClusterSnapshot(at: at)
        snapshot.clusterID = "5L6g3nShT-eMCtK--X86sw"
        snapshot.controller = 1
        snapshot.controllerEpoch = 4
        snapshot.brokers = (1...3).map { broker($0, at: at) }
        snapshot.topics = topics.map { topic($0, at: at) }
        snapshot.groups = groups.map { group($0, at: at) }
        var quorum = QuorumSnapshot(leader: 1, epoch: 4, highWatermark: 48_211)
        quorum.voters = (1...3).map {
            ClusterInsight.QuorumNode(id: $0, logEnd: 48_211, fetchedAt: at - 200, caughtUpAt: at - 200)
        }
        snapshot.quorum = Reading(quorum, at: at)
        return snapshot
    }

    /// A model that shows a report at a place.
    static func model(
        _ report: ClusterReport, _ place: Place, width: Int = 120, height: Int = 34, events: EventLog = EventLog()
    ) -> Model {
        var model = Model(
            size: Size(width: width, height: height), now: report.snapshot.at,
            cluster: ClusterInfo(name: "bundled", isBundled: true), connection: .live)
        model.latest = report
        model.latestEvents = events
        model.place = place
        return model
    }

    static func broker(_ id: Int32, at: Timestamp) -> BrokerSnapshot {
        var broker = BrokerSnapshot(
            id: id, host: "127.0.0.1", port: 9_091 + Int(id), rack: ["a", "b", "c", "d"][Int(id) - 1])
        broker.pid = 4_240 + id
        broker.residentBytes = Int64(id == 2 ? 62 : 61) << 20
        broker.upSince = upAt
        broker.disk = Reading(Int64(2.6 * 1_073_741_824), at: at)
        broker.logDirs = [LogDirSnapshot(path: "data/\(id)", bytes: Int64(2.6 * 1_073_741_824), logs: 121)]
        return broker
    }

    private static func topic(_ fact: TopicFact, at: Timestamp) -> TopicSnapshot {
        var topic = TopicSnapshot(
            name: fact.name, isInternal: fact.name.hasPrefix("__"), minISR: fact.minISR, cleanupPolicy: fact.cleanup)
        topic.partitions = (0..<fact.partitions).map { partition in
            let replicas = replicas(partition, start: fact.start, rf: fact.rf)
            let size = Int64(fact.bytes) / Int64(fact.partitions)
            return PartitionSnapshot(
                id: Int32(partition), leader: replicas[0], leaderEpoch: 5, replicas: replicas, isr: replicas,
                offsets: Reading(offsets(fact, partition), at: at),
                logs: replicas.map { ReplicaLog(broker: $0, bytes: size, behind: 0, at: at) })
        }
        return topic
    }

    /// Messages are shared out evenly, the rest lies in the last partition. post-events is drawn with other numbers.
    private static func offsets(_ fact: TopicFact, _ partition: Int) -> PartitionOffsets {
        let isLast = partition == fact.partitions - 1
        if fact.name == "post-events" {
            let earliest = 410_000 + 1_311 * Int64(partition)
            let messages = 649_572 + 311 * Int64(partition) + (isLast ? 17 : 0)
            return PartitionOffsets(earliest: earliest, latest: earliest + messages)
        }
        let share = fact.messages / Int64(fact.partitions)
        let earliest = 2 * (share / 5) + 97 * Int64(partition)
        let rest = isLast ? fact.messages % Int64(fact.partitions) : 0
        return PartitionOffsets(earliest: earliest, latest: earliest + share + rest)
    }

    /// First replica (start + p) mod 3 + 1; the others follow in id order, swapped when ⌊p/3⌋ is odd.
    static func replicas(_ partition: Int, start: Int, rf: Int) -> [BrokerID] {
        let first = (start + partition) % 3
        var others = [(first + 1) % 3, (first + 2) % 3]
        if (partition / 3) % 2 == 1 { others.swapAt(0, 1) }
        return ([first] + others).prefix(rf).map { BrokerID($0 + 1) }
    }

    private static func group(_ fact: GroupFact, at: Timestamp) -> GroupSnapshot {
        GroupSnapshot(
            name: fact.name, state: fact.state, type: fact.type, coordinator: fact.coordinator,
            members: (0..<fact.members).map {
                MemberSnapshot(
                    id: "\(fact.name)-\($0)", clientID: "\(fact.name)-\($0 + 1)", host: "127.0.0.1", partitions: [])
            },
            committed: Dictionary(
                fact.lags.map { (TopicPartition($0.0, 0), 0) }, uniquingKeysWith: { a, _ in a }), committedAt: at)
    }

    /// Everything read but for the lag, which lies in the first partition.
    static func committed(_ fact: GroupFact) -> [TopicPartition: Offset] {
        var committed: [TopicPartition: Offset] = [:]
        for (name, lag) in fact.lags {
            guard let topic = topics.first(where: { $0.name == name }) else { continue }
            for partition in 0..<topic.partitions {
                let end = offsets(topic, partition).latest
                committed[TopicPartition(name, Int32(partition))] = partition == 0 ? end - lag : end
            }
        }
        return committed
    }

    /// A course that has a sample everywhere.
    static let trend = (0..<36).map { Optional(Double([3, 5, 4, 7, 6, 8, 5, 6][$0 % 8])) }

    static func figures(_ snapshot: ClusterSnapshot, _ rates: Rates) -> ClusterFigures {
        var history = ClusterHistory()
        var figures = history.observe(snapshot)
        for topic in topics {
            let rate = rates.topics[topic.name] ?? topic.perSecond
            figures.topics[topic.name]?.rate = rate
            figures.topics[topic.name]?.course = LevelMeter(of: trend)
            figures.topics[topic.name]?.lag = nil
            figures.topics[topic.name]?.groups = []
            for partition in 0..<topic.partitions {
                let id = TopicPartition(topic.name, Int32(partition))
                figures.partitions[id] = Series(
                    now: rates.partitions[id] ?? rate / Double(topic.partitions), trend: trend)
            }
        }
        for fact in rates.groups where snapshot.group(fact.name) != nil {
            add(fact, to: &figures, isReadInFull: rates.groupsReadInFull)
        }
        let kib = 1_024.0
        for (id, rate) in rates.brokers {
            figures.brokers[id]?.bytesIn = Series(now: rate.in * kib, trend: trend)
            figures.brokers[id]?.bytesOut = Series(now: rate.out * kib, trend: trend)
        }
        let sum = rates.brokers.values.reduce((0.0, 0.0)) { ($0.0 + $1.in * kib, $0.1 + $1.out * kib) }
        figures.bytesIn = Series(now: sum.0, trend: trend)
        figures.bytesOut = Series(now: sum.1, trend: trend)
        figures.replication = Series(now: 3.0 * 1_048_576, trend: trend)
        figures.messagesIn = Series(now: rates.messagesIn, trend: trend)
        figures.lag = Series(now: rates.lag, trend: trend)
        return figures
    }

    private static func add(_ fact: GroupFact, to figures: inout ClusterFigures, isReadInFull: Bool) {
        var own = isReadInFull ? figures.group(fact.name) : GroupFigures()
        own.lag = fact.lags.reduce(0) { $0 + $1.1 }
        own.status = fact.status
        own.seconds = fact.seconds
        own.isStale = fact.isStale
        own.course = LevelMeter(of: Array(trend.suffix(8)))
        for index in own.partitions.indices where isReadInFull {
            let name = own.partitions[index].partition.topic
            guard let topic = topics.first(where: { $0.name == name }) else { continue }
            own.partitions[index].seconds = fact.seconds
            own.partitions[index].course = LevelMeter(of: trend)
            own.partitions[index].readRate = topic.perSecond / Double(topic.partitions)
        }
        figures.groups[fact.name] = Shared(own)
        for (topic, lag) in fact.lags {
            var shown = figures.topics[topic]?.value ?? TopicFigures()
            shown.groups.append(fact.name)
            shown.lag = (shown.lag ?? 0) + lag
            figures.topics[topic] = Shared(shown)
        }
    }
}
