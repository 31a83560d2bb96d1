import ClusterMetadata
import KafkaProtocol
import LogStorage
import MetadataQuorum
import Simulation
import TestSupport
import Testing

@testable import Broker

/// What a quorum node keeps is cut short at every single operation of its disk, and opened again: no vote is forgotten,
/// nothing synced is lost, and nothing is there that never was.
@Suite struct QuorumCrashTests {
    /// What happens at the operation.
    enum Ending: Equatable {
        /// The disk fails once; the node ends itself where it must, and is started again.
        case error
        /// The process dies.
        case kill
        /// The power goes, and with it what was not synced, but for so many bytes of each file.
        case power(kept: Int)
    }

    /// A batch of one record has about 100 bytes.
    static let endings: [Ending] = [.error, .kill] + [0, 40].map { .power(kept: $0) }

    @Test(arguments: endings) func nothingIsForgotten(_ ending: Ending) async throws {
        try await wholeMachine {
            let disk = SimulatedDisk()
            let course = try QuorumStoreCourse(disk, isMortal: true)
            course.run()
            #expect(course.failures.isEmpty, "\(course.failures)")
            #expect(course.store.log.segmentCount > 1 && course.store.log.logStartOffset > 0)
            #expect(disk.operations > 150)
            for step in crashPoints(of: disk.operations, each: 3) { try Self.crash(at: step, ending) }
        }
    }

    private static func crash(at step: Int, _ ending: Ending) throws {
        let disk = SimulatedDisk()
        if ending == .error { disk.fail(afterOperations: step) } else { disk.halt(afterOperations: step) }
        let course = try? QuorumStoreCourse(disk, isMortal: ending != .error)
        course?.run()
        let what = disk.history.indices.contains(step - 1) ? disk.history[step - 1] : ""
        let place = "\(ending) at operation \(step), \(what)"
        switch ending {
        case .error, .kill: disk.killProcess()
        case .power(let kept): disk.crash(keepingUnsynced: kept)
        }
        try verify(disk, course, place, starts: step % 5 == 0)
    }

    private static func verify(_ disk: SimulatedDisk, _ course: QuorumStoreCourse?, _ place: String, starts: Bool)
        throws
    {
        var told: [String] = []
        let store = try QuorumStoreCourse.open(disk) { level, line in if level != .info { told.append(line) } }
        #expect(told.isEmpty, "\(place): alarm for nothing")
        let lines = try QuorumStoreCourse.lines(of: store)
        if let course {
            let election = try store.loadElection()
            #expect(election == course.election || election == course.nextElection, "\(place): \(election)")
            let isState = course.history.contains { $0.starts(with: lines) }
            #expect(isState, "\(place): the log never was \(lines)")
            #expect(Offset(lines.count) >= course.synced, "\(place): \(lines.count) of \(course.synced) are there")
        }
        #expect(store.log.logEndOffset == Offset(lines.count), "\(place): records and offsets differ")
        verifyIndex(store, lines, place)
        // What the node takes for durable now is durable.
        disk.crash()
        let again = try QuorumStoreCourse.open(disk)
        #expect(try QuorumStoreCourse.lines(of: again) == lines, "\(place): the power goes after that")
        // It is as good as any other.
        let next = QuorumStoreCourse.Line(offset: Offset(lines.count), epoch: (lines.last?.epoch ?? 0) + 1)
        try again.append(try QuorumStoreCourse.encode([next]))
        try #require(again.log.flushJob(.batches)).run(disk)
        disk.crash()
        if starts { try verifyNode(disk, lines + [next], place) }
    }

    /// The consensus is told the truth about the log.
    private static func verifyIndex(_ store: QuorumStore, _ lines: [QuorumStoreCourse.Line], _ place: String) {
        let index = store.index
        #expect(index.end == Offset(lines.count), "\(place)")
        #expect(index.lastEpoch == lines.last?.epoch ?? 0, "\(place): \(index)")
        for line in lines where line.offset >= index.start.endOffset {
            #expect(index.epoch(at: line.offset) == line.epoch, "\(place): \(index)")
        }
        if let latest = index.latestSnapshot { #expect(latest.endOffset <= index.end, "\(place): \(index)") }
    }

    /// A whole node on the disk applies all of it.
    private static func verifyNode(
        _ disk: SimulatedDisk, _ lines: [QuorumStoreCourse.Line], _ place: String
    ) throws {
        let clock = ManualClock()
        let process = SimulatedProcess(id: 1, clock: clock)
        let dice = Dice(seed: 1)
        let network = SimulatedNetwork(clock: clock, dice: dice)
        let config = try BrokerConfig([
            "node.id": "1", "controller.quorum.voters": "1@node:1", "log.dirs": "/data",
        ])
        let background = SimulatedBackground(process, clock: clock, dice: dice)
        let runtime = try MetadataRuntime(
            config: config, advertised: Endpoint(host: "node", port: 1), clusterID: "test",
            directoryID: UUID(high: 0, low: 1), disk: disk, clock: process.clock, peers: network.peers(of: process),
            background: background, snapshotBackground: background, random: dice.fork(),
            log: NodeLog(nodeID: 1), onHalt: { Issue.record("\(place): \($0)") })
        runtime.start()
        for _ in 0..<1_000 where !runtime.isActiveController { clock.advance(1) }
        #expect(runtime.isActiveController, "\(place): does not come back")
        #expect(QuorumStoreCourse.lines(of: runtime.image) == lines, "\(place): a whole node on it")
        process.kill()
        runtime.takeApart()
    }
}
