import ClusterInsight
import KafkaProtocol
import Testing

/// What screen 7 says of moves: what is done, what was given up, what was copied since somebody looks.
@Suite struct MoveHistoryTests {
    private let mib: Int64 = 1 << 20

    /// A topic of two partitions of 10 MiB led by broker 1, moving from 2 to 3 with so many bytes copied; nil as sizes are
    /// those nobody has told yet.
    private func snapshot(at: Timestamp, moving: Set<Int32>, copied: Int64?, replicas: [Int32: [BrokerID]] = [:])
        -> ClusterSnapshot
    {
        var snapshot = ClusterSnapshot(at: at)
        let partitions = (0..<2).map { (id: Int32) -> PartitionSnapshot in
            var partition = PartitionSnapshot(id: id, leader: 1, replicas: replicas[id] ?? [1, 2], isr: [1, 2])
            if moving.contains(id) {
                partition.replicas = [1, 2, 3]
                partition.adding = [3]
                partition.removing = [2]
            }
            if let copied {
                partition.logs = [
                    ReplicaLog(broker: 1, bytes: 10 * mib, behind: 0, at: at),
                    ReplicaLog(broker: 3, bytes: copied, behind: 0, at: at),
                ]
            }
            return partition
        }
        snapshot.topics = [TopicSnapshot(name: "t", partitions: partitions)]
        return snapshot
    }

    @Test func whatWasCancelledIsNotDone() throws {
        var history = ClusterHistory()
        _ = history.observe(snapshot(at: 1_000, moving: [0, 1], copied: mib))
        _ = history.observe(snapshot(at: 2_000, moving: [0, 1], copied: 2 * mib))
        let moves = history.observe(
            snapshot(at: 3_000, moving: [], copied: 4 * mib, replicas: [0: [1, 3], 1: [1, 2]])
        ).moves
        #expect(moves.moves.map(\.state) == [.done(3_000), .cancelled(3_000)])
        #expect(moves.cancelled == 1 && moves.running.isEmpty && moves.endedAt == 3_000)
        #expect(moves.replicas == 1 && moves.replicasDone == 1)
        #expect(moves.total == 10 * mib && moves.copied == 10 * mib, "what was given up is not to be copied")
        #expect(moves.moves[1].left == 0 && moves.moves[1].secondsLeft == nil && !moves.moves[1].isDone)
    }

    /// The list of moves may be newer than the metadata of the same picture.
    @Test func whatIsInPlaceAPictureLaterWasNotCancelled() throws {
        var history = ClusterHistory()
        _ = history.observe(snapshot(at: 1_000, moving: [0, 1], copied: nil))
        let before = snapshot(at: 2_000, moving: [], copied: mib, replicas: [0: [1, 3], 1: [1, 2, 3]])
        #expect(history.observe(before).moves.moves.map(\.state) == [.done(2_000), .cancelled(2_000)])
        let after = snapshot(at: 3_000, moving: [], copied: mib, replicas: [0: [1, 3], 1: [1, 3]])
        let moves = history.observe(after).moves
        #expect(moves.moves.map(\.state) == [.done(2_000), .done(3_000)])
        #expect(moves.cancelled == 0 && moves.replicasDone == 2)
    }

    /// A screen that is opened while a move runs knows no sizes at first: what was copied before is not new, nor copied now.
    @Test func whatWasCopiedBeforeIsNotCopiedNow() throws {
        var history = ClusterHistory()
        var moves = history.observe(snapshot(at: 1_000, moving: [0, 1], copied: nil)).moves
        #expect(moves.grown == 0 && moves.moves.allSatisfy { $0.speed == nil && $0.atStart == nil })
        moves = history.observe(snapshot(at: 2_000, moving: [0, 1], copied: 6 * mib)).moves
        #expect(moves.grown == 0 && moves.total == 20 * mib && moves.copied == 12 * mib)
        #expect(moves.moves.allSatisfy { $0.speed == nil }, "one look is no speed")
        moves = history.observe(snapshot(at: 3_000, moving: [0, 1], copied: 7 * mib)).moves
        #expect(moves.moves.map { $0.speed.map { Int64($0) } } == [mib, mib])
    }
}
