import KafkaProtocol
import LogStorage
import TestSupport
import Testing

@testable import Broker

/// A whole broker is cut short at an operation of its disk and started again on what is left.
///
/// `swift test` takes some of its about 560 operations for each ending, with `KLAMM_CRASH_POINTS=all` every one.
@Suite struct BrokerCrashTests {
    /// What happens at the operation.
    enum Ending: Equatable {
        /// The disk fails once; the broker goes on, or ends itself.
        case error
        case kill
        /// The power goes, and with it what was not synced, but for so many bytes of each file.
        case power(kept: Int)

        var isPower: Bool { if case .power = self { true } else { false } }
    }

    static let endings: [Ending] = [.error, .kill, .power(kept: 0), .power(kept: 100)]

    @Test func theCourseRunsToItsEnd() throws {
        let course = try Self.course(cutAt: nil, .kill)
        #expect(course.end == nil && course.created.count == 4 && course.committed == 7)
        let counts = BrokerCourse.Topic.allCases.map { course.acknowledged[$0]?.count ?? 0 }
        #expect(counts == [10, 10, 10, 7], "\(course.acknowledged)")
        let history = course.disk.history
        for what in [".swap", ".deleted", "cleaner-offset", ".kafka_cleanshutdown", "log-start-offset"] {
            #expect(history.contains { $0.contains(what) }, "no \(what)")
        }
    }

    @Test(arguments: endings) func whatWasAcknowledgedIsServed(_ ending: Ending) async throws {
        try await wholeMachine {
            let operations = try Self.course(cutAt: nil, .kill).disk.operations
            for step in crashPoints(of: operations, each: 60) {
                await Task.yield()
                let course = try Self.course(cutAt: step, ending)
                let what = course.disk.history.indices.contains(step - 1) ? course.disk.history[step - 1] : "its end"
                let place = "\(ending) at operation \(step), \(what)"
                if case .power(let kept) = ending { course.disk.crash(keepingUnsynced: kept) }
                try Self.verify(course, ending, place)
            }
        }
    }

    private static func course(cutAt step: Int?, _ ending: Ending) throws -> BrokerCourse {
        let disk = SimulatedDisk()
        if let step {
            if ending == .error { disk.fail(afterOperations: step) } else { disk.halt(afterOperations: step) }
        }
        let course = BrokerCourse(on: disk)
        course.run()
        course.kill()
        return course
    }

    private static func verify(_ course: BrokerCourse, _ ending: Ending, _ place: String) throws {
        let disk = course.disk
        let before = sizes(disk)
        let broker = try LoneBroker(BrokerCourse.quiet, on: disk, waiting: false)
        let after = sizes(disk)
        // A start may also finish a compaction, which is no loss.
        for (path, size) in before
        where after[path].map({ $0 < size }) ?? false && !["__cluster", "/compacted-0/"].contains(where: path.contains)
        {
            let partition = path.parentDirectory.lastPathComponent
            #expect(broker.warnings.contains { $0.contains(partition) }, "\(place): \(path) is mended without a word")
        }
        try #require(broker.run(for: 5_000) { broker.node.lifecycle.state == .running }, "\(place): does not run")
        let found = try Served(broker, course)
        found.verify(course, ending, place)
        // The second recovery gives what the first one did, and so does a stop in order.
        try broker.restart()
        let second = try Served(broker, course)
        #expect(second == found, "\(place), another kill: \(second) after \(found)")
        try broker.stop()
        broker.kill()
        let again = try LoneBroker(BrokerCourse.quiet, on: disk)
        let third = try Served(again, course)
        #expect(third == found, "\(place), a stop in order: \(third) after \(found)")
        again.kill()
    }

    private static func sizes(_ disk: SimulatedDisk) -> [String: Int] {
        let logs = disk.paths.filter { $0.hasSuffix(".log") && !$0.contains("-stray/") }
        return Dictionary(uniqueKeysWithValues: logs.map { ($0, disk.bytes($0)?.count ?? 0) })
    }
}
