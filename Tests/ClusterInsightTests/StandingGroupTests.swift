import KafkaProtocol
import Testing

@testable import ClusterInsight

/// Groups to which nothing happens are not worked through at each look; what is told of them is as if they were.
@Suite struct StandingGroupTests {
    private static let partition = TopicPartition("orders", 0)

    private static func snapshot(at: Timestamp, latest: Offset, committed: Offset) -> ClusterSnapshot {
        var snapshot = ClusterSnapshot(at: at)
        snapshot.topics = [
            TopicSnapshot(
                name: "orders", minISR: 1,
                partitions: [
                    PartitionSnapshot(
                        id: 0, leader: 1, replicas: [1], isr: [1],
                        offsets: Reading(PartitionOffsets(earliest: 0, latest: latest), at: at))
                ])
        ]
        snapshot.groups = [
            GroupSnapshot(name: "readers", state: "empty", committed: [partition: committed], committedAt: at)
        ]
        return snapshot
    }

    /// Looks each second for so long, from a moment on.
    private func look(
        _ history: inout ClusterHistory, from: Timestamp, seconds: Int64, latest: Offset, committed: Offset
    ) throws -> GroupFigures {
        var last: GroupFigures?
        for second in 0...seconds {
            let at = from + second * 1_000
            last = history.observe(Self.snapshot(at: at, latest: latest, committed: committed)).groups["readers"]?.value
        }
        return try #require(last)
    }

    @Test func theCourseOfAStandingLagGoesOn() throws {
        var history = ClusterHistory()
        let figures = try look(&history, from: 100_000, seconds: 300, latest: 150, committed: 100)
        #expect(figures.lag == 50)
        #expect(figures.course.trend(at: 400_000) == Array(repeating: 50, count: 31))
        #expect(figures.partitions.first?.course.trend(at: 400_000) == Array(repeating: 50, count: 31))
    }

    @Test func whatChangesAfterStandingHasItsPastBeforeIt() throws {
        var history = ClusterHistory()
        _ = try look(&history, from: 100_000, seconds: 299, latest: 150, committed: 100)
        let figures = try look(&history, from: 400_000, seconds: 20, latest: 180, committed: 100)
        #expect(figures.lag == 80)
        #expect(figures.course.trend(at: 420_000) == Array(repeating: 50, count: 30) + [80, 80, 80])
    }

    /// A lag that is worth a verdict gets it after as many looks as ever, though nothing else happens.
    @Test func nothingCommittedIsStillSeenToBeNothing() throws {
        var history = ClusterHistory()
        let early = try look(&history, from: 100_000, seconds: 30, latest: 5_000, committed: 100)
        #expect(early.status == .ok)
        let late = try look(&history, from: 131_000, seconds: 60, latest: 5_000, committed: 100)
        #expect(late.status == .stop)
        let later = try look(&history, from: 192_000, seconds: 600, latest: 5_000, committed: 100)
        #expect(later.status == .stop)
    }

    /// After a long rest the first commit is no rest any more.
    @Test func aCommitAfterStandingIsSeen() throws {
        var history = ClusterHistory()
        _ = try look(&history, from: 100_000, seconds: 599, latest: 5_000, committed: 100)
        let figures = try look(&history, from: 700_000, seconds: 1, latest: 5_000, committed: 4_990)
        #expect(figures.status == .ok)
        #expect(figures.lastCommitAt == 700_000)
        #expect(figures.readRate.map { $0 > 0 } == true)
    }
}
