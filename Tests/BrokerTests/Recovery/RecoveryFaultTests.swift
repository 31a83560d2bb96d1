import KafkaProtocol
import LogStorage
import TestSupport
import Testing

@testable import Broker

/// A broker that mends what a crash has left is itself disturbed: it dies again, its disk fails or is full. Either it
/// starts, with what it cannot open offline, or it ends with a message that names the file; and once the disk is well
/// again, a start gives what an undisturbed one would have given.
@Suite struct RecoveryFaultTests {
    enum Fault: CaseIterable {
        /// The process dies at the n-th operation of the start.
        case kill
        /// The power goes at the n-th operation.
        case power
        /// The n-th operation fails, and it alone.
        case error
        /// The n-th read fails, and it alone.
        case readError
        /// There is no room for anything more.
        case full
    }

    /// What a crash has left of a broker.
    private struct Wreck {
        let disk: SimulatedDisk
        let course: BrokerCourse
        let name: String
    }

    @Test(arguments: Fault.allCases) func aDisturbedRecoveryIsMadeUpFor(_ fault: Fault) async throws {
        try await wholeMachine {
            for wreck in Self.wrecks() {
                let undisturbed = wreck.disk.copy()
                let counted = (operations: undisturbed.operations, reads: undisturbed.reads)
                let whole = try LoneBroker(BrokerCourse.quiet, on: undisturbed)
                let expected = try Served(whole, wreck.course)
                whole.kill()
                let count =
                    switch fault {
                    case .full: 1
                    case .readError: undisturbed.reads - counted.reads
                    default: undisturbed.operations - counted.operations
                    }
                #expect(count > 0)
                for step in fault == .full ? [1] : crashPoints(of: count, each: 40) {
                    await Task.yield()
                    let place = "\(wreck.name); \(fault) at \(step) of \(count) in the recovery"
                    let disk = wreck.disk.copy()
                    try Self.disturb(disk, fault, step, place)
                    let broker = try LoneBroker(BrokerCourse.quiet, on: disk)
                    let found = try Served(broker, wreck.course)
                    #expect(found == expected, "\(place): \(found) instead of \(expected)")
                    broker.kill()
                }
            }
        }
    }

    /// A start under the fault, up to where it ends or runs.
    private static func disturb(_ disk: SimulatedDisk, _ fault: Fault, _ step: Int, _ place: String) throws {
        switch fault {
        case .kill, .power: disk.halt(afterOperations: step)
        case .error: disk.fail(afterOperations: step)
        case .readError: disk.failRead(after: step)
        case .full: disk.setCapacity(try disk.space("/data").usedBytes)
        }
        var reason: String?
        do {
            let broker = try LoneBroker(BrokerCourse.quiet, on: disk, waiting: false) { reason = reason ?? $0 }
            broker.run(for: 3_000) { reason != nil || disk.isHalted || broker.node.lifecycle.state == .running }
            let isUp = reason != nil || disk.isHalted || broker.node.lifecycle.state == .running
            // Without room for its registration it waits.
            #expect(isUp || fault == .full, "\(place): neither runs nor ends")
            if fault == .error || fault == .readError { broker.run(for: 300) }
            broker.kill()
        } catch {
            reason = "\(error)"
        }
        if let reason { #expect(reason.contains("/data"), "\(place): the message is \(reason)") }
        if fault == .power { disk.crash() } else { disk.killProcess() }
        disk.setCapacity(.max)
    }

    /// Courses cut at a few places and at their end, with torn files.
    private static func wrecks() -> [Wreck] {
        let whole = BrokerCourse(on: SimulatedDisk())
        whole.run()
        whole.kill()
        let count = whole.disk.operations
        return [count / 3, count * 2 / 3, count].map { step in
            let course = BrokerCourse(on: SimulatedDisk())
            course.disk.halt(afterOperations: step)
            course.run()
            course.kill()
            course.disk.crash(keepingUnsynced: 100)
            return Wreck(disk: course.disk, course: course, name: "power lost at operation \(step)")
        }
    }
}

extension DiskSpace { fileprivate var usedBytes: Int64 { total - free } }
