import KafkaProtocol
import LogStorage
import MetadataQuorum
import Simulation
import TestSupport
import Testing

@testable import Broker

/// A metadata log that has lost what was synced, by damage or by a file that is gone.
@Suite struct LostMetadataTests {
    private static let directory = "/data/__cluster_metadata-0/"
    private static let logFile = directory + "00000000000000000000.log"
    private static let recoveryPoint = directory + "recovery-point"

    /// Ways to lose the records from somewhere in the middle on.
    enum Loss: CaseIterable {
        case flippedByte, cutShort, missing

        func apply(to disk: SimulatedDisk, _ path: String) throws {
            let bytes = try #require(disk.bytes(path))
            switch self {
            case .flippedByte:
                var changed = bytes
                changed[bytes.count / 2] ^= 0x11
                disk.setBytes(path, changed)
            case .cutShort: disk.setBytes(path, Array(bytes.prefix(bytes.count / 2)))
            case .missing:
                try disk.remove(path)
                try disk.syncDirectory(path.parentDirectory)
            }
        }
    }

    /// Nobody else has the records: it refuses to start, says what is lost and how to go on, and leaves the file alone.
    @Test(arguments: Loss.allCases) func theOnlyVoterRefusesToStart(_ loss: Loss) throws {
        let broker = try LoneBroker()
        for topic in ["a", "b", "c"] { try broker.create(topic) }
        try broker.stop()
        let whole = try #require(broker.disk.bytes(Self.logFile))
        let disk = broker.disk.copy()
        try loss.apply(to: disk, Self.logFile)
        let damaged = disk.bytes(Self.logFile)
        for _ in 0..<2 {
            let error = #expect(throws: StorageError.self) { _ = try LoneBroker(on: disk) }
            guard case .recordsLost(let from, let to, let reason) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(from < to && reason.contains(Self.logFile) && reason.contains(Self.recoveryPoint))
            if loss != .missing { #expect(disk.bytes(Self.logFile) == damaged) }
            disk.killProcess()
        }
        let mended = disk.copy()
        mended.setBytes(Self.logFile, whole)
        let again = try LoneBroker(on: mended)
        #expect(again.node.metadata.image.topics.count == 3)
        // Or without them, as the message says.
        try disk.remove(Self.recoveryPoint)
        let poorer = try LoneBroker(on: disk)
        #expect(poorer.node.metadata.image.topics.count < 3)
        poorer.run(for: 1_000)
        #expect(poorer.warnings.contains { $0.contains("set aside") })
    }

    /// What a crash leaves of a batch that was never synced is cut off without a word.
    @Test(arguments: [[UInt8](repeating: 0, count: 40), [UInt8](repeating: 7, count: 700), [0]])
    func aTornTailIsNoNews(_ tail: [UInt8]) throws {
        let broker = try LoneBroker()
        try broker.create("a")
        let disk = broker.disk.copy()
        disk.setBytes(Self.logFile, try #require(disk.bytes(Self.logFile)) + tail)
        let again = try LoneBroker(on: disk)
        #expect(again.node.metadata.image.topics.count == 1)
        let told = again.warnings.filter { !$0.hasPrefix("registration refused") }
        #expect(told.isEmpty, "\(told)")
    }

    /// What is damaged is in a snapshot too, that ends behind it.
    @Test func whatASnapshotCoversIsNotMissed() throws {
        let disk = SimulatedDisk()
        let course = try QuorumStoreCourse(disk, isMortal: true)
        course.run()
        let lines = try QuorumStoreCourse.lines(of: course.store)
        let newest = try #require(course.store.snapshots.last)
        disk.killProcess()
        let logs = disk.paths.filter { $0.hasSuffix(".log") }
        for path in logs {
            let damaged = disk.copy()
            damaged.setBytes(path, [UInt8](repeating: 1, count: 300))
            let store = try QuorumStoreCourse.open(damaged)
            let found = try QuorumStoreCourse.lines(of: store)
            #expect(lines.starts(with: found) && found.count >= Int(newest.endOffset), "\(path)")
        }
    }

    /// The second of two voters that have a committed record loses it. The third, which never had it, must not become
    /// leader with its vote.
    @Test(arguments: Loss.allCases) func aVoterThatForgotGivesNoVote(_ loss: Loss) throws {
        let cluster = QuorumCluster(voters: 3, seed: 7)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil })
        cluster.decide("all have it")
        #expect(cluster.run(for: 200) { cluster.running.allSatisfy { cluster.applied($0).count == 1 } })
        let leader = try #require(cluster.active?.id)
        let others = [1, 2, 3].filter { $0 != leader } as [BrokerID]
        let (forgetful, empty) = (others[0], others[1])
        cluster.crash(empty)
        for index in 0..<6 { cluster.decide("two have it \(index)") }
        #expect(cluster.run(for: 200) { cluster.committed.count == 7 })
        cluster.crash(leader)
        cluster.kill(forgetful)
        let disk = try #require(cluster.nodes[forgetful]?.disk)
        try loss.apply(to: disk, Self.logFile)
        try cluster.start(forgetful)
        try cluster.start(empty)
        #expect(!cluster.run(for: 5_000) { cluster.active != nil }, "a leader without what was committed")
        // A kill does not pay the debt.
        cluster.kill(forgetful)
        try cluster.start(forgetful)
        #expect(!cluster.run(for: 3_000) { cluster.active != nil }, "a leader without what was committed")
        try cluster.start(leader)
        let expected = Set(cluster.committed)
        #expect(cluster.run(for: 3_000) { cluster.running.allSatisfy { cluster.applied($0) == expected } })
        // Now it has a vote again.
        cluster.crash(leader)
        #expect(cluster.run(for: 3_000) { cluster.active != nil })
        #expect(cluster.running.allSatisfy { $0.halted == nil && cluster.applied($0) == expected })
    }
}
