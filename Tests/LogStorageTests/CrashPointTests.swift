import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore
import TestSupport
import Testing

/// A log is cut short at every single operation of its disk and opened again.
@Suite struct CrashPointTests {
    /// What happens at the operation.
    enum Ending: Equatable {
        /// The disk fails once, and the process goes on until it is killed.
        case error
        /// The process dies.
        case kill
        /// The power goes, and with it what was not synced, but for so many bytes of each file.
        case power(kept: Int)

        var isPower: Bool { if case .power = self { true } else { false } }
    }

    /// A plain batch of the course has about 71 bytes.
    static let endings: [Ending] = [.error, .kill] + [0, 71].map { .power(kept: $0) }

    /// As many operations as the whole course takes.
    private static func operations() throws -> Int {
        let fixture = Fixture()
        let course = try StorageCourse(fixture)
        course.run()
        #expect(course.failures.isEmpty, "\(course.failures)")
        return fixture.disk.operations
    }

    @Test(arguments: endings) func aLogSurvivesEveryCrashPoint(_ ending: Ending) async throws {
        try await wholeMachine {
            let operations = try Self.operations()
            #expect(operations > 150)
            for step in 1...operations { try Self.crash(at: step, ending) }
        }
    }

    private static func crash(at step: Int, _ ending: Ending) throws {
        let disk = SimulatedDisk()
        if ending == .error { disk.fail(afterOperations: step) } else { disk.halt(afterOperations: step) }
        let place = "\(ending) at operation \(step)"
        // A directory that cannot even be made promises nothing.
        guard let course = try? StorageCourse(Fixture(disk), isMortal: ending != .error) else { return }
        course.run()
        let what = disk.history.indices.contains(step - 1) ? disk.history[step - 1] : ""
        end(disk, ending)
        try verify(disk, course, ending, "\(place), \(what)")
    }

    static func end(_ disk: SimulatedDisk, _ ending: Ending) {
        switch ending {
        case .error, .kill: disk.killProcess()
        case .power(let kept): disk.crash(keepingUnsynced: kept)
        }
    }

    /// Opens what is left, holds it against the model, and goes on with it.
    private static func verify(
        _ disk: SimulatedDisk, _ course: StorageCourse, _ ending: Ending, _ place: String
    ) throws {
        let fixture = Fixture(disk)
        fixture.config = course.fixture.config
        let log = try fixture.log()
        let lines = try StorageCourse.lines(of: log)
        let range = log.logStartOffset..<log.logEndOffset
        #expect(lines.map(\.offset) == Array(range), "\(place): holes in \(lines)")
        let isState = course.history.contains { state in
            state.filter { range.contains($0.offset) } == lines
        }
        #expect(isState, "\(place): the log never was \(lines)")
        #expect(range.lowerBound <= course.highestStart, "\(place): begins at \(range.lowerBound)")
        let promised = ending.isPower ? course.flushed : course.acknowledged
        #expect(range.upperBound >= promised, "\(place): ends at \(range.upperBound), promised \(promised)")
        verifyState(of: log, lines, place)
        // It is as good as any other log.
        let epoch = (log.latestEpoch ?? 0) + 1
        try log.lead(Batches.plain(["after"]), epoch: epoch)
        let whole = try StorageCourse.lines(of: log)
        #expect(whole.dropLast() == lines[...] && whole.last?.value == "after", "\(place)")
        let manager = try reopened(fixture)
        let again = try #require(manager.log(Fixture.partition))
        #expect(try StorageCourse.lines(of: again) == whole, "\(place): a kill after that")
        try manager.close(brokerEpoch: 2, now: 0)
        fixture.reports = []
        let clean = try #require(try fixture.open().log(Fixture.partition))
        #expect(try StorageCourse.lines(of: clean) == whole, "\(place): an orderly stop after that")
        #expect(fixture.reports == [], "\(place)")
    }

    private static func reopened(_ fixture: Fixture) throws -> LogManager {
        fixture.disk.killProcess()
        return try fixture.open()
    }

    /// Epochs, producers and transactions are those of the records.
    private static func verifyState(of log: Log, _ lines: [StorageCourse.Line], _ place: String) {
        for (line, next) in zip(lines, lines.dropFirst()) where line.epoch < next.epoch {
            #expect(log.epochs.start(of: next.epoch) == next.offset, "\(place): epochs \(log.epochs.entries)")
        }
        if let last = lines.last { #expect(log.epochs.epoch(at: last.offset) == last.epoch, "\(place)") }
        let sequences = lines.filter { $0.value.hasPrefix("7:") }.compactMap { Int32($0.value.dropFirst(2)) }
        if let last = sequences.last {
            #expect(log.producers.entry(7)?.lastSequence == last, "\(place): the producer's sequence")
        }
        guard let begin = lines.first(where: { $0.value == "8:0" })?.offset else { return }
        let end = lines.first { $0.value == "abort 8" }?.offset
        let aborted = log.abortedTransactions(from: log.logStartOffset, upTo: log.logEndOffset)
        #expect(aborted.map(\.firstOffset) == (end == nil ? [] : [begin]), "\(place): \(aborted)")
        #expect(aborted.map(\.lastOffset) == [end].compactMap { $0 }, "\(place): \(aborted)")
        #expect(log.producers.entry(8)?.transactionStart == (end == nil ? begin : nil), "\(place)")
    }
}
