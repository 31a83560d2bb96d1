import ClusterInsight
import KafkaProtocol
import TerminalUI

@testable import Dashboard

/// The groups of the healthy cluster with all that is known of them, and one group in full.
extension Fixture {
    /// `group, LAG/s, seconds, in, read`.
    private static let courses: [(String, Double, Double, Double, Double)] = [
        ("notification-push", 18, 23, 610, 592), ("click-archiver", -3, 0.1, 5_000, 5_003),
        ("billing", 24, 13, 24, 0), ("search-indexer", 1, 0.1, 1_412, 1_411), ("fraud-check", 0, 0.1, 844, 844),
        ("order-processor", 0, 0, 822, 822), ("notification-store", 0, 0, 1_400, 1_400),
    ]

    /// Screen 5 at 12:04:26.
    static func groups(_ place: Place = .groups, width: Int = 120, height: Int = 34) -> Model {
        let report = healthy()
        var snapshot = report.snapshot
        var figures = report.figures
        snapshot.offsetsRetention = 7 * 86_400_000
        for (name, change, seconds, arriving, read) in courses {
            var own = figures.group(name)
            own.lagPerSecond = change
            own.seconds = seconds
            own.inRate = arriving
            own.readRate = read
            figures.groups[name] = Shared(own)
        }
        figures.groups["billing"]?.stateSince = healthyAt - 13_000
        figures.groups["search-indexer"]?.stateSince = healthyAt - 4_000
        figures.groups["search-indexer"]?.stateSeenAt = healthyAt - 4_000
        figures.groups["search-indexer"]?.joined = ["indexer-3"]
        notificationPush(&snapshot, &figures)
        billing(&snapshot, &figures)
        return model(ClusterReport(snapshot, figures: figures), place, width: width, height: height)
    }

    private static func notificationPush(_ snapshot: inout ClusterSnapshot, _ figures: inout ClusterFigures) {
        guard let index = snapshot.groups.firstIndex(where: { $0.name == "notification-push" }) else { return }
        let members = (0..<3).map { number in
            MemberSnapshot(
                id: "push-\(number + 1)-0b5a", clientID: "push-\(number + 1)", host: "127.0.0.1",
                partitions: [[0, 1], [2, 4], [3, 5]][number].map { TopicPartition("notifications", $0) }, epoch: 7)
        }
        snapshot.groups[index].epoch = 7
        snapshot.groups[index].assignor = "uniform"
        snapshot.groups[index].members = members
        let rows: [(Int32, Int, Offset, Int64, Double, Double, Double)] = [
            (0, 0, 436_368, 1_868, 19, 101, 99), (1, 0, 436_153, 2_180, 22, 102, 98),
            (2, 1, 436_790, 1_640, 17, 101, 98),
            (3, 2, 437_133, 1_394, 14, 100, 99), (4, 1, 436_314, 2_310, 23, 104, 99),
            (5, 2, 436_631, 2_090, 21, 102, 99),
        ]
        var own = figures.group("notification-push")
        own.growsSince = healthyAt - 600_000
        own.lastCommitAt = healthyAt - 2_000
        own.course = LevelMeter(of: (0..<90).map { Double($0) * 128 })
        own.partitions = rows.map { partition, member, committed, lag, seconds, arriving, read in
            var row = GroupPartitionFigures(TopicPartition("notifications", partition))
            row.member = members[member]
            row.committed = committed
            row.end = committed + lag
            row.lag = lag
            row.course = LevelMeter(of: [2, 3, 4, 5, 6, 6, 7, 7])
            row.seconds = seconds
            row.inRate = arriving
            row.readRate = read
            row.status = .warn
            return row
        }
        snapshot.groups[index].committed = Dictionary(
            rows.map { (TopicPartition("notifications", $0.0), $0.2) }, uniquingKeysWith: { a, _ in a })
        figures.groups["notification-push"] = Shared(own)
    }

    /// What billing committed, with what would follow from 12:09:00.
    static let billingOffsets: [(before: Offset, after: Offset, end: Offset)] = [
        (16_964, 15_764, 17_620), (16_911, 15_702, 17_566), (17_002, 15_811, 17_660), (16_950, 15_749, 17_605),
        (16_898, 15_690, 17_555), (16_987, 15_783, 17_644),
    ]

    private static func billing(_ snapshot: inout ClusterSnapshot, _ figures: inout ClusterFigures) {
        guard let group = snapshot.groups.firstIndex(where: { $0.name == "billing" }),
            let topic = snapshot.topics.firstIndex(where: { $0.name == "payments" })
        else { return }
        for (number, offsets) in billingOffsets.enumerated() {
            snapshot.groups[group].committed[TopicPartition("payments", Int32(number))] = offsets.before
            snapshot.topics[topic].partitions[number].offsets = Reading(
                PartitionOffsets(earliest: 0, latest: offsets.end), at: healthyAt)
            var row = GroupPartitionFigures(TopicPartition("payments", Int32(number)))
            row.committed = offsets.before
            row.end = offsets.end
            row.lag = offsets.end - offsets.before
            row.course = LevelMeter(of: [1, 1, 1, 1, 1, 1, 1, 8])
            row.seconds = 13
            row.inRate = 4
            row.readRate = 0
            figures.groups["billing"]?.partitions.append(row)
        }
    }
}
