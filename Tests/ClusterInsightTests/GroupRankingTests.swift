import KafkaProtocol
import Testing

@testable import ClusterInsight

/// Groups by how they are doing.
@Suite struct GroupRankingTests {
    private static let entries: [GroupRanking.Entry] = [
        .init(status: .ok, lag: 5), .init(status: .stop, lag: 1), .init(status: .ok, lag: nil),
        .init(status: .warn, lag: 900), .init(status: .stop, lag: 7, isConsole: true), .init(status: .ok, lag: 5),
        .init(status: .stop, lag: 3),
    ]

    @Test func theWorstVerdictThenTheLargestLagThenTheName() {
        let ranking = GroupRanking(Self.entries)
        #expect(ranking.worstFirst == [6, 1, 3, 0, 5, 2])
        #expect(Array(ranking.notOK) == [6, 1, 3])
        #expect(ranking.verdicts == [.ok, .stop, .ok, .warn, .stop, .ok, .stop])
    }

    /// What the engine ranks as it goes is what is found in the figures.
    @Test func theEngineRanksWhatTheFiguresSay() {
        var engine = InsightEngine()
        let reads = TopicPartition("t", 0)
        for second in 0..<120 {
            var snapshot = ClusterSnapshot(at: Int64(second) * 1_000)
            snapshot.topics = [
                TopicSnapshot(
                    name: "t",
                    partitions: [
                        PartitionSnapshot(
                            id: 0, leader: 1, replicas: [1], isr: [1],
                            offsets: Reading(PartitionOffsets(earliest: 0, latest: 10_000), at: snapshot.at))
                    ])
            ]
            snapshot.groups = [("a", 9_999), ("b", 100), ("console-consumer-1", 7), ("d", 0)].map { name, offset in
                GroupSnapshot(name: name, state: "empty", committed: [reads: offset], committedAt: snapshot.at)
            }
            if second > 60 { snapshot.groups.remove(at: 0) }
            let report = engine.observe(snapshot)
            #expect(report.ranking == GroupRanking(snapshot, report.figures.groups), "second \(second)")
            if second == 119 { #expect(report.health.groupsNotOK == ["d", "b"]) }
        }
    }
}
