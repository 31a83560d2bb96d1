import KafkaProtocol
import Testing

@testable import ClusterInsight

/// Lag of groups, where it is known and where not.
@Suite struct GroupLagTests {
    private let partition = TopicPartition("orders", 0)

    private func figures(committed: [TopicPartition: Offset]) -> GroupFigures? {
        var snapshot = ClusterSnapshot(at: 10_000)
        var topic = TopicSnapshot(name: "orders")
        topic.partitions = [
            PartitionSnapshot(
                id: 0, leader: 1, replicas: [1], isr: [1],
                offsets: Reading(PartitionOffsets(earliest: 0, latest: 100), at: 10_000))
        ]
        snapshot.topics = [topic]
        let member = MemberSnapshot(id: "m", clientID: "m", host: "127.0.0.1", partitions: [partition])
        snapshot.groups = [
            GroupSnapshot(
                name: "readers", state: "stable", members: [member], committed: committed, committedAt: 10_000)
        ]
        var history = ClusterHistory()
        return history.observe(snapshot).groups["readers"]?.value
    }

    @Test func lagIsWhatLiesBehindTheCommit() {
        #expect(figures(committed: [partition: 40])?.lag == 60)
    }

    @Test func nothingCommittedIsUnknownAndNotZero() {
        let shown = figures(committed: [:])
        #expect(shown != nil)
        #expect(shown?.lag == nil)
        #expect(shown?.partitions.map(\.lag) == [nil])
    }
}
