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

    /// A group with a member whose position stands at 10,000 unread messages for several minutes.
    private func standing(_ type: String) -> (status: GroupStatus, report: [HealthFinding]) {
        var history = ClusterHistory()
        var snapshot = ClusterSnapshot(at: 0)
        var figures = ClusterFigures()
        for at in stride(from: Timestamp(10_000), through: 300_000, by: 10_000) {
            snapshot.at = at
            var topic = TopicSnapshot(name: "orders")
            topic.partitions = [
                PartitionSnapshot(
                    id: 0, leader: 1, replicas: [1], isr: [1],
                    offsets: Reading(PartitionOffsets(earliest: 0, latest: 10_040), at: at))
            ]
            snapshot.topics = [topic]
            let member = MemberSnapshot(id: "m", clientID: "m", host: "127.0.0.1", partitions: [partition])
            var group = GroupSnapshot(
                name: "readers", state: "stable", type: type, members: [member], committedAt: at)
            if group.isShare {
                group.shares = [partition: ShareSnapshot(start: 40)]
            } else {
                group.committed = [partition: 40]
            }
            snapshot.groups = [group]
            figures = history.observe(snapshot)
        }
        let report = ClusterReport(snapshot, figures: figures)
        return (figures.group("readers").status, HealthFinding.all(report).filter { $0.check == "groups" })
    }

    @Test func verdictsRestOnCommittedOffsets() {
        #expect(standing("consumer").status == .stall && standing("consumer").report.count == 1)
        #expect(standing("streams").status == .stall)
        #expect(standing("share").status == .ok && standing("share").report.isEmpty)
    }

    @Test func anApplicationThatWaitsForTopicsForAMinuteIsNotOK() {
        var history = ClusterHistory()
        var snapshot = ClusterSnapshot(at: 0)
        var seen: [GroupStatus] = []
        for at in [10_000, 60_000, 75_000] as [Timestamp] {
            snapshot.at = at
            let member = MemberSnapshot(id: "m", clientID: "m", host: "127.0.0.1", partitions: [])
            snapshot.groups = [
                GroupSnapshot(name: "app", state: "not ready", type: "streams", members: [member], committedAt: at)
            ]
            let figures = history.observe(snapshot).group("app")
            seen.append(figures.status)
            if figures.status == .warn {
                #expect(EventDetector.reason(snapshot.groups[0], figures, at: at).contains("waits for topics"))
            }
        }
        #expect(seen == [.ok, .ok, .warn])
    }

    @Test func aShareGroupHasSeveralReadersOfAPartitionAndAnEstimatedLag() {
        for (told, lag) in [(Int64(7), Int64(7)), (nil, 60)] {
            var snapshot = ClusterSnapshot(at: 10_000)
            var topic = TopicSnapshot(name: "orders")
            topic.partitions = [
                PartitionSnapshot(
                    id: 0, leader: 1, replicas: [1], isr: [1],
                    offsets: Reading(PartitionOffsets(earliest: 0, latest: 100), at: 10_000))
            ]
            snapshot.topics = [topic]
            let members = ["a", "b"].map {
                MemberSnapshot(id: $0, clientID: $0, host: "127.0.0.1", partitions: [partition])
            }
            var group = GroupSnapshot(name: "pickers", state: "stable", type: "share", members: members)
            group.shares = [partition: ShareSnapshot(start: 40, lag: told)]
            snapshot.groups = [group]
            var history = ClusterHistory()
            let figures = history.observe(snapshot).group("pickers")
            #expect(figures.lag == lag && figures.isEstimate == (told == nil))
            #expect(figures.partitions.first?.readers.map(\.id) == ["a", "b"])
        }
    }

    @Test func nothingCommittedIsUnknownAndNotZero() {
        let shown = figures(committed: [:])
        #expect(shown != nil)
        #expect(shown?.lag == nil)
        #expect(shown?.partitions.map(\.lag) == [nil])
    }
}
