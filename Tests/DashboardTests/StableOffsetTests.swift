import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// What transactions do to the figures of a topic.
@Suite struct StableOffsetTests {
    /// The healthy cluster with a transaction open in orders/0 for its last 100 records, of which 90 are of others.
    private func report() -> ClusterReport {
        var snapshot = Fixture.healthy().snapshot
        let index = snapshot.topics.firstIndex { $0.name == "orders" } ?? 0
        snapshot.topics[index].isTransactional = true
        let latest = snapshot.topics[index].partitions[0].offsets?.value.latest ?? 0
        snapshot.topics[index].partitions[0].offsets?.value.stable = latest - 100
        return ClusterReport(snapshot, figures: Fixture.healthy().figures)
    }

    @Test func theLatestOffsetIsTheStableOneAndSaysSo() throws {
        let offsets = try #require(report().snapshot.partition(TopicPartition("orders", 0))?.offsets?.value)
        let lines = View.view(Fixture.model(report(), .topic("orders", .partitions))).lines
        let first = try #require(lines.first { $0.contains("  0      ") })
        #expect(first.contains(" \(Format.count(Int(offsets.latest - 100)))t "))
        #expect(lines.count { $0.contains("0t ") || $0.contains("1t ") } <= 1)
        #expect(lines.contains { $0.contains("t: transactions are open, LATEST is what read_committed reads up to.") })
        let others = View.view(Fixture.model(report(), .topic("payments", .partitions))).lines
        #expect(!others.contains { $0.contains("t: transactions are open") })
    }

    @Test func countsOfTransactionalTopicsAreEstimates() throws {
        let lines = View.view(Fixture.model(report(), .topics)).lines
        #expect(lines.first { $0.contains(" orders ") }?.contains("≈1,204,551") == true)
        #expect(lines.first { $0.contains(" payments ") }?.contains("≈") == false)
    }

    @Test func aLagEndsAtTheStableOffset() {
        var snapshot = ClusterSnapshot(at: 1_000)
        let offsets = PartitionOffsets(earliest: 0, latest: 100, stable: 40)
        snapshot.topics = [
            TopicSnapshot(
                name: "t",
                partitions: [
                    PartitionSnapshot(
                        id: 0, leader: 1, replicas: [1], isr: [1], offsets: Reading(offsets, at: 1_000))
                ])
        ]
        snapshot.groups = [
            GroupSnapshot(name: "g", state: "empty", committed: [TopicPartition("t", 0): 30], committedAt: 1_000)
        ]
        var engine = InsightEngine()
        #expect(engine.observe(snapshot).figures.group("g").lag == 10)
        #expect(engine.observe(snapshot).figures.group("g").partitions.map(\.end) == [40])
    }
}
