import KafkaProtocol
import KafkaRecords
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

    /// Three voters that all have one decision: the leader and the others.
    private static func threeVoters() throws -> (cluster: QuorumCluster, leader: BrokerID, others: [BrokerID]) {
        let cluster = QuorumCluster(voters: 3, seed: 7)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil })
        cluster.decide("all have it")
        #expect(cluster.run(for: 200) { cluster.running.allSatisfy { cluster.applied($0).count == 1 } })
        let leader = try #require(cluster.active?.id)
        return (cluster, leader, [1, 2, 3].filter { $0 != leader })
    }

    /// The second of two voters that have a committed record loses it. The third, which never had it, must not become
    /// leader with its vote.
    @Test(arguments: Loss.allCases) func aVoterThatForgotGivesNoVote(_ loss: Loss) throws {
        let (cluster, leader, others) = try Self.threeVoters()
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

    /// Whom a voter voted for is gone. It might vote for another in the same epoch, and must not.
    @Test(arguments: [true, false]) func aVoterThatForgotItsVoteGivesNone(isGone: Bool) throws {
        let path = Self.directory + "quorum-state"
        let (cluster, leader, others) = try Self.threeVoters()
        let epoch = try #require(cluster.active?.runtime?.machine.election.epoch)
        cluster.kill(leader)
        cluster.kill(others[0])
        let disk = try #require(cluster.nodes[others[0]]?.disk)
        if isGone {
            try disk.remove(path)
            try disk.syncDirectory(path.parentDirectory)
        } else {
            let old = "{\"leaderId\":-1,\"leaderEpoch\":0,\"votedId\":-1,\"data_version\":1}"
            disk.setBytes(path, Array(old.utf8))
        }
        try cluster.start(others[0])
        let forgetful = try #require(cluster.nodes[others[0]])
        #expect(forgetful.log.count(of: "for whom this node voted") == 1)
        #expect(forgetful.runtime.map { $0.machine.election.epoch >= epoch } == true)
        #expect(!cluster.run(for: 5_000) { cluster.active != nil }, "a leader by a vote that may be the second")
        cluster.kill(others[0])
        try cluster.start(others[0])
        #expect(!cluster.run(for: 3_000) { cluster.active != nil }, "a leader by a vote that may be the second")
        try cluster.start(leader)
        #expect(cluster.run(for: 3_000) { cluster.active != nil })
        cluster.decide("and goes on")
        #expect(cluster.run(for: 3_000) { cluster.running.allSatisfy { cluster.applied($0).count == 2 } })
        // Now it has a vote again.
        cluster.crash(try #require(cluster.active?.id))
        #expect(cluster.run(for: 3_000) { cluster.active != nil })
        #expect(cluster.running.allSatisfy { $0.halted == nil && cluster.applied($0).count == 2 })
    }

    /// Two of three have no vote to give, so nobody is elected, until somebody does what they say.
    @Test func aMajorityThatForgotItsVotesIsToldTheWayOut() throws {
        let (cluster, leader, others) = try Self.threeVoters()
        for id in [leader] + others { cluster.kill(id) }
        for id in others {
            let disk = try #require(cluster.nodes[id]?.disk)
            try disk.remove(Self.directory + "quorum-state")
            try disk.syncDirectory(Self.directory)
        }
        for id in [leader] + others { try cluster.start(id) }
        #expect(!cluster.run(for: 5_000) { cluster.active != nil }, "a leader by votes that may be the second")
        for id in [leader] + others { cluster.kill(id) }
        for id in others {
            let node = try #require(cluster.nodes[id])
            let said = try #require(node.log.last(of: "write {"))
            let match = try #require(said.firstMatch(of: #/write (\{.*\}) into (\S+) and remove (\S+)/#))
            node.disk.setBytes(String(match.2), Array(match.1.utf8))
            try node.disk.remove(String(match.3))
            try node.disk.syncDirectory(Self.directory)
        }
        for id in [leader] + others { try cluster.start(id) }
        #expect(cluster.run(for: 3_000) { cluster.active != nil })
        cluster.decide("and goes on")
        #expect(cluster.run(for: 3_000) { cluster.running.allSatisfy { cluster.applied($0).count == 2 } })
        #expect(cluster.running.allSatisfy { $0.halted == nil })
    }

    /// The only voter has nobody to vote for but itself: it goes on in a later epoch.
    @Test func theOnlyVoterGoesOnWithoutItsVote() throws {
        let cluster = QuorumCluster(voters: 1, seed: 7)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil })
        cluster.decide("kept")
        cluster.run(for: 100)
        let node = try #require(cluster.active)
        let epoch = try #require(node.runtime?.machine.election.epoch)
        cluster.kill(node.id)
        try node.disk.remove(Self.directory + "quorum-state")
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active.map { cluster.applied($0) } == ["kept"] })
        #expect(cluster.active?.runtime.map { $0.machine.election.epoch > epoch } == true)
    }

    /// A crash while a snapshot took the place of a longer log of another epoch leaves both: the log begins anew behind the
    /// snapshot. One whose record there is the snapshot's goes on.
    @Test(arguments: [true, false]) func aHalfReplacedLogBeginsBehindTheSnapshot(isOther: Bool) throws {
        let disk = SimulatedDisk()
        let store = try QuorumStoreCourse.open(disk)
        let lines = (0..<6).map { QuorumStoreCourse.Line(offset: Offset($0), epoch: 2) }
        for line in lines { try store.append(try QuorumStoreCourse.encode([line])) }
        try store.log.flush(now: 0)
        let id = SnapshotID(endOffset: 4, epoch: isOther ? 3 : 2)
        let others = lines.prefix(4).map { QuorumStoreCourse.Line(offset: $0.offset, epoch: id.epoch) }
        let bytes = try QuorumStoreCourse.snapshot(others, id)
        try disk.replace(store.path(id), with: bytes, durable: true)
        for _ in 0..<2 {
            disk.killProcess()
            let again = try QuorumStoreCourse.open(disk)
            #expect(again.log.logStartOffset == (isOther ? 4 : 0) && again.log.logEndOffset == (isOther ? 4 : 6))
            #expect(again.index.latestSnapshot == id)
            #expect(try QuorumStoreCourse.lines(of: again) == (isOther ? others : lines))
        }
    }

    /// Who was the only voter, by its configuration or a bootstrap snapshot, and is one of several by the log.
    @Test(arguments: [true, false]) func whoTheLogGaveOthersIsNotTheOnlyVoter(isAlone: Bool) throws {
        let disk = SimulatedDisk()
        let clock = ManualClock()
        let voters = (1...3).map { id in Voter(ReplicaKey(id, directory: UUID(high: 1, low: UInt64(id)))) }
        func open() throws -> QuorumStore {
            try QuorumStore(parent: "/data", isAlone: true, own: voters[0].key, disk: disk, clock: clock) { _, _ in }
        }
        let store = try open()
        let set = VoterSet(isAlone ? Array(voters.prefix(1)) : voters)
        let batch = try QuorumControlRecord.batch(
            of: QuorumVoters.records(set), baseOffset: 0, epoch: 1, timestamp: 0)
        try store.save(ElectionState(epoch: 1, votedFor: 1))
        try store.append(batch.bytes)
        try store.truncate(to: store.log.logEndOffset)
        disk.killProcess()
        try disk.remove(Self.directory + "quorum-state")
        let again = try open()
        #expect(again.log.logEndOffset == 2)
        #expect(again.owedEnd == (isAlone ? 0 : 3), "it may have voted for another")
    }
}
