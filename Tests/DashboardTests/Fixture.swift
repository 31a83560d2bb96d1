import ClusterInsight
import KafkaProtocol
import TerminalUI

@testable import Dashboard

/// The one cluster all drawn screens tell of: three brokers, thirteen topics, seven groups, 2026-11-23.
enum Fixture {
    /// 12:04:26 of that day, UTC.
    static let healthyAt: Timestamp = 1_795_435_466_000

    /// `name, partitions, RF, min ISR, start, cleanup, messages, bytes, in per second`.
    static let topics: [(String, Int, Int, Int, Int, String, Int64, Double, Double)] = {
        let mib = 1_048_576.0
        return [
            ("__consumer_offsets", 50, 3, 2, 0, "compact", 61_302, 8.4 * mib, 7.0),
            ("audit-log", 3, 3, 2, 0, "delete", 184_220, 41 * mib, 18),
            ("clickstream", 12, 3, 1, 1, "delete", 9_412_806, 1.4 * 1_024 * mib, 5_000),
            ("dead-letters", 1, 1, 1, 1, "delete", 312, 96 * 1_024, 0),
            ("inventory", 6, 3, 2, 2, "delete", 402_118, 52 * mib, 120),
            ("notifications", 6, 3, 2, 0, "delete", 1_880_340, 301 * mib, 610),
            ("orders", 12, 3, 2, 1, "delete", 1_204_551, 118 * mib, 820),
            ("orders-retry", 3, 2, 2, 0, "delete", 8_114, 1.1 * mib, 2.0),
            ("payments", 6, 3, 2, 2, "delete", 88_010, 11 * mib, 24),
            ("post-events", 6, 3, 2, 0, "delete", 3_902_114, 612 * mib, 1_400),
            ("search-updates", 6, 3, 2, 1, "delete", 210_441, 33 * mib, 96),
            ("sessions", 6, 3, 2, 2, "compact", 64_200, 9.8 * mib, 31),
            ("user-profiles", 6, 3, 2, 0, "compact", 48_731, 22 * mib, 12),
        ]
    }()

    /// `group, state, type, members, coordinator, lag per topic, status`.
    static let groups: [(String, String, String, Int, BrokerID, [(String, Int64)], GroupStatus)] = [
        ("billing", "empty", "classic", 0, 2, [("payments", 318)], .ok),
        ("click-archiver", "stable", "consumer", 4, 1, [("clickstream", 402)], .ok),
        ("fraud-check", "stable", "classic", 2, 2, [("orders", 26), ("payments", 40)], .ok),
        ("notification-push", "stable", "consumer", 3, 3, [("notifications", 11_482)], .warn),
        ("notification-store", "stable", "consumer", 3, 1, [("post-events", 14)], .ok),
        ("order-processor", "stable", "classic", 6, 3, [("orders", 20), ("orders-retry", 1)], .ok),
        ("search-indexer", "rebalancing", "classic", 2, 2, [("post-events", 90), ("user-profiles", 7)], .ok),
    ]

    /// The healthy cluster.
    static func healthy() -> ClusterReport {
        var snapshot = ClusterSnapshot(at: healthyAt)
        snapshot.controller = 1
        snapshot.controllerEpoch = 4
        snapshot.brokers = brokers()
        snapshot.topics = topics.map { topic($0) }
        snapshot.groups = groups.map { group($0) }
        var quorum = QuorumSnapshot(leader: 1, epoch: 4, highWatermark: 48_211)
        quorum.voters = (1...3).map {
            ClusterInsight.QuorumNode(id: $0, logEnd: 48_211, fetchedAt: healthyAt - 200, caughtUpAt: healthyAt - 200)
        }
        snapshot.quorum = Reading(quorum, at: healthyAt)
        return ClusterReport(snapshot, figures: figures(snapshot))
    }

    /// Two seconds after broker 2 was killed: its leaders moved, its replicas fell out of every ISR.
    static func broker2Killed() -> ClusterReport {
        var snapshot = healthy().snapshot
        let killedAt = healthyAt + 3_000
        snapshot.at = healthyAt + 5_000
        snapshot.brokers[1].state = .down(since: killedAt)
        snapshot.brokers[1].cause = "exited, signal 9, asked for here"
        snapshot.brokers[1].ledBefore = 42
        for topic in snapshot.topics.indices {
            for index in snapshot.topics[topic].partitions.indices {
                var partition = snapshot.topics[topic].partitions[index]
                guard partition.replicas.contains(2) else { continue }
                let left = partition.isr.filter { $0 != 2 }
                if partition.leader == 2 {
                    partition.leader = partition.replicas.first { left.contains($0) }
                    partition.leaderEpoch = 6
                }
                if !left.isEmpty { partition.isr = left }
                snapshot.topics[topic].partitions[index] = partition
            }
        }
        return ClusterReport(snapshot, figures: figures(snapshot))
    }

    /// A model that shows a report at a place.
    static func model(_ report: ClusterReport, _ place: Place, width: Int = 120, height: Int = 34) -> Model {
        var model = Model(
            size: Size(width: width, height: height), now: report.snapshot.at,
            cluster: ClusterInfo(name: "bundled", isBundled: true), connection: .live)
        model.latest = report
        model.place = place
        return model
    }

    private static func brokers() -> [BrokerSnapshot] {
        (1...3).map { id in
            var broker = BrokerSnapshot(
                id: Int32(id), host: "127.0.0.1", port: 9_091 + id, rack: ["a", "b", "c"][id - 1])
            broker.pid = Int32(4_240 + id)
            broker.residentBytes = Int64(id == 2 ? 62 : 61) << 20
            broker.upSince = healthyAt - 3_733_000
            broker.disk = Reading(Int64(2.6 * 1_073_741_824), at: healthyAt)
            return broker
        }
    }

    private static func topic(
        _ facts: (String, Int, Int, Int, Int, String, Int64, Double, Double)
    ) -> TopicSnapshot {
        let (name, count, rf, minISR, start, cleanup, messages, bytes, _) = facts
        var topic = TopicSnapshot(name: name, isInternal: name.hasPrefix("__"), minISR: minISR, cleanupPolicy: cleanup)
        topic.partitions = (0..<count).map { partition in
            let replicas = replicas(partition, start: start, rf: rf)
            let own = messages / Int64(count) + (partition < Int(messages % Int64(count)) ? 1 : 0)
            let size = Int64(bytes) / Int64(count)
            return PartitionSnapshot(
                id: Int32(partition), leader: replicas[0], leaderEpoch: 5, replicas: replicas, isr: replicas,
                offsets: Reading(PartitionOffsets(earliest: 0, latest: own), at: healthyAt),
                logs: replicas.map { ReplicaLog(broker: $0, bytes: size, behind: 0, at: healthyAt) })
        }
        return topic
    }

    /// First replica (start + p) mod 3 + 1; the others follow in id order, swapped when ⌊p/3⌋ is odd.
    static func replicas(_ partition: Int, start: Int, rf: Int) -> [BrokerID] {
        let first = (start + partition) % 3
        var others = [(first + 1) % 3, (first + 2) % 3]
        if (partition / 3) % 2 == 1 { others.swapAt(0, 1) }
        return ([first] + others).prefix(rf).map { BrokerID($0 + 1) }
    }

    private static func group(
        _ facts: (String, String, String, Int, BrokerID, [(String, Int64)], GroupStatus)
    ) -> GroupSnapshot {
        let (name, state, type, members, coordinator, topics, _) = facts
        return GroupSnapshot(
            name: name, state: state, type: type, coordinator: coordinator,
            members: (0..<members).map {
                MemberSnapshot(id: "\(name)-\($0)", clientID: "\(name)-\($0 + 1)", host: "127.0.0.1", partitions: [])
            },
            committed: Dictionary(
                topics.map { (TopicPartition($0.0, 0), 0) }, uniquingKeysWith: { a, _ in a }), committedAt: healthyAt)
    }

    private static func figures(_ snapshot: ClusterSnapshot) -> ClusterFigures {
        var history = ClusterHistory()
        var figures = history.observe(snapshot)
        let trend = [3, 5, 4, 7, 6, 8, 5, 6].map { Optional(Double($0)) }
        for (name, count, _, _, _, _, _, _, rate) in topics {
            figures.topics[name]?.messagesIn = Series(now: rate, trend: trend)
            figures.topics[name]?.lag = nil
            figures.topics[name]?.groups = []
            for partition in 0..<count {
                figures.partitions[TopicPartition(name, Int32(partition))] = Series(
                    now: rate / Double(count), trend: trend)
            }
        }
        for (name, _, _, _, _, topics, status) in groups {
            var own = GroupFigures()
            own.lag = topics.reduce(0) { $0 + $1.1 }
            own.status = status
            own.history = trend
            figures.groups[name] = own
            for (topic, lag) in topics {
                var shown = figures.topics[topic] ?? TopicFigures()
                shown.groups.append(name)
                shown.lag = (shown.lag ?? 0) + lag
                figures.topics[topic] = shown
            }
        }
        figures.messagesIn = Series(now: 8_132, trend: trend)
        figures.lag = Series(now: 12_400, trend: trend)
        return figures
    }
}
