import KafkaProtocol
import NIOCore
import TestSupport
import Testing

@testable import LogStorage

/// Several log directories of one broker, and copies that take the place of logs.
@Suite struct LogDirectoriesTests {
    private let disk = SimulatedDisk()
    private let partition = TopicPartition("a.b", 0)
    private let topicID = UUID(high: 1, low: 2)

    private func open(_ paths: [String] = ["/one", "/two"]) throws -> LogDirectories {
        try LogDirectories(
            paths.map { path in
                try LogManager(
                    directory: path, clusterID: "c", nodeID: 1, disk: disk, defaults: LogConfig(), now: 0
                ) { _, _ in }
            })
    }

    private func make(_ partition: TopicPartition, _ logs: LogDirectories) throws -> Log {
        try logs.create(partition, topicID: topicID, config: LogConfig(), now: 0)
    }

    /// Copies as a broker does, to the end.
    private func fill(_ copy: Log, from original: Log) throws {
        while copy.logEndOffset < original.logEndOffset {
            try copy.appendAsFollower(
                original.copy(from: copy.logEndOffset, maxBytes: 100, now: 0).records, now: 0)
        }
    }

    private func interrupted(_ manager: LogManager) -> [TopicPartition] {
        var all: [TopicPartition] = []
        manager.takeInterrupted(now: 0) { all.append($0) }
        return all
    }

    @Test func partitionsGoWhereTheFewestAre() throws {
        let logs = try open()
        for number in 0..<5 { _ = try make(TopicPartition("t", Int32(number)), logs) }
        #expect(logs.managers.map(\.logs.count) == [3, 2] && logs.logs.count == 5)
        logs.prefer(logs.managers[0], for: partition)
        _ = try make(partition, logs)
        #expect(logs.owner(of: partition) === logs.managers[0])
        #expect(logs.manager(at: "/two") === logs.managers[1] && logs.manager(at: "/three") == nil)
    }

    @Test func aCopyTakesThePlaceWithAllThatIsKnown() throws {
        let logs = try open()
        let original = try make(partition, logs)
        original.startEpoch(3)
        for sequence in 0..<4 { try original.lead(Batches.idempotent(7, sequence: Int32(sequence)), epoch: 3) }
        try original.lead(Batches.idempotent(8, sequence: 0, transactional: true), epoch: 3)
        original.setHighWatermark(5)
        try original.raiseLogStart(to: 2)
        let copy = try logs.managers[1].openCopy(of: original, now: 0)
        #expect(copy.logStartOffset == 2 && original.agrees(with: copy))
        try fill(copy, from: original)
        let moved = try logs.replace(partition, with: copy, in: logs.managers[1], now: 0)
        #expect(logs.owner(of: partition) === logs.managers[1] && logs.log(partition) === moved)
        #expect(moved.logStartOffset == 2 && moved.logEndOffset == 5 && moved.highWatermark == 5)
        #expect(moved.producers.entry(7)?.lastSequence == 3 && moved.lastStableOffset == 4)
        #expect(moved.endOffset(for: 3)?.endOffset == 5 && moved.topicID == topicID)
        try moved.lead(Batches.idempotent(7, sequence: 4), epoch: 3)
        // After a kill it is where it was moved to, and only there.
        disk.killProcess()
        let again = try open()
        #expect(again.owner(of: partition) === again.managers[1])
        #expect(again.log(partition)?.logEndOffset == 6)
        #expect(again.log(partition)?.producers.entry(7)?.lastSequence == 4)
    }

    @Test func aLogThatStartsWithinABatchIsCopiedFromTheBatchOn() throws {
        let logs = try open()
        let original = try make(partition, logs)
        try original.lead(Batches.plain(["a", "b", "c"]))
        try original.lead(Batches.plain(["d", "e", "f"]))
        original.setHighWatermark(6)
        try original.raiseLogStart(to: 4)
        let copy = try logs.managers[1].openCopy(of: original, now: 0)
        #expect(copy.logEndOffset == 3)
        try fill(copy, from: original)
        let moved = try logs.replace(partition, with: copy, in: logs.managers[1], now: 0)
        #expect(moved.logStartOffset == 4 && moved.logEndOffset == 6)
    }

    @Test func whatIsCutBackMeanwhileIsNoticed() throws {
        let logs = try open()
        let original = try make(partition, logs)
        for epoch in 0..<3 { try original.lead(Batches.plain(["a", "b"]), epoch: Epoch(epoch)) }
        let copy = try logs.managers[1].openCopy(of: original, now: 0)
        try fill(copy, from: original)
        #expect(original.agrees(with: copy))
        try original.truncate(to: 4, now: 0)
        #expect(!original.agrees(with: copy))
        try original.lead(Batches.plain(["x", "y"]), epoch: 5)
        #expect(!original.agrees(with: copy))
    }

    @Test func anInterruptedMoveIsToldOfAndItsCopyRemoved() throws {
        let logs = try open()
        let original = try make(partition, logs)
        try original.lead(Batches.plain(["a", "b"]))
        let copy = try logs.managers[1].openCopy(of: original, now: 0)
        try fill(copy, from: original)
        disk.killProcess()
        let again = try open()
        #expect(again.owner(of: partition) === again.managers[0])
        #expect(again.managers.map(interrupted) == [[], [partition]])
        #expect(interrupted(again.managers[1]).isEmpty)
        #expect(!again.dueDeletions(now: 0).isEmpty)
    }

    @Test func aMoveThatWasGivenUpIsNotTakenForInterrupted() throws {
        let logs = try open()
        let original = try make(partition, logs)
        try original.lead(Batches.plain(["a", "b"]))
        original.setHighWatermark(2)
        let copy = try logs.managers[1].openCopy(of: original, now: 0)
        try fill(copy, from: original)
        logs.managers[1].discard(copy, now: 0)
        disk.killProcess()
        let again = try open()
        #expect(again.managers.allSatisfy { interrupted($0).isEmpty })
        #expect(again.log(partition)?.logEndOffset == 2)
        // Its files go as soon as the checkpoints are written, which may have named one that was installed here before.
        for manager in again.managers {
            for job in manager.offsetCheckpoints() { manager.checkpointed(job) }
            if let job = manager.highWatermarkCheckpoint() { manager.checkpointed(job) }
        }
        #expect(!again.dueDeletions(now: 0).isEmpty)
    }

    /// What a restart found of a move is no reason to begin that again at the next one, though its files are still there.
    @Test func aMoveThatWasGoneOnWithIsNotInterruptedTwice() throws {
        let logs = try open()
        let original = try make(partition, logs)
        _ = try logs.managers[1].openCopy(of: original, now: 0)
        disk.killProcess()
        let again = try open()
        #expect(interrupted(again.managers[1]) == [partition])
        disk.killProcess()
        #expect(try interrupted(open().managers[1]).isEmpty)
    }

    @Test func theEpochBeforeIsKnownWhereAllDirectoriesKnowIt() throws {
        try open().began(brokerEpoch: 41)
        disk.killProcess()
        #expect(try open().previousBrokerEpoch == 41)
        disk.killProcess()
        #expect(try open(["/one", "/two", "/new"]).previousBrokerEpoch == -1)
    }

    /// A crash between the last two steps of a move leaves the partition in both directories.
    @Test func ofTwoTheOneWithMoreStays() throws {
        let one = try make(partition, open(["/one"]))
        let two = try make(partition, open(["/two"]))
        try one.lead(Batches.plain(["a", "b"]))
        try two.lead(Batches.plain(["a", "b", "c"]))
        disk.killProcess()
        let logs = try open()
        #expect(logs.logs.count == 1 && logs.log(partition)?.logEndOffset == 3)
        #expect(logs.owner(of: partition) === logs.managers[1])
        #expect(try disk.list("/one").contains { $0.hasSuffix("-stray") })
    }
}
