import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore
import TestSupport
import Testing

@Suite struct CompactionTests {
    let fixture: Fixture

    init() {
        fixture = Fixture()
        fixture.config.compacts = true
        fixture.config.deletes = false
        fixture.config.segmentBytes = 400
        fixture.config.deleteRetentionMs = 1000
        fixture.config.minCleanableDirtyRatio = 0
    }

    private func everything(_ log: Log) throws -> [Record] {
        var records: [Record] = []
        var next = log.logStartOffset
        while next < log.logEndOffset {
            let read = try log.read(from: next, maxBytes: 1 << 20, upTo: log.logEndOffset, now: 0)
            guard read.nextOffset > next else { break }
            records += try RecordBatchReader.all(read.records).flatMap { try $0.records() }
            next = read.nextOffset
        }
        return records
    }

    /// The state that a consumer of the whole log ends up with.
    private func state(_ log: Log) throws -> [String: String] {
        var state: [String: String] = [:]
        for record in try everything(log) {
            let key = record.key.map { String(buffer: $0) } ?? ""
            state[key] = record.value.map { String(buffer: $0) }
        }
        return state
    }

    private func clean(_ manager: LogManager, now: Timestamp) throws -> CleanResult? {
        guard let job = manager.cleanJob(now: now) else { return nil }
        let result = try job.run(fixture.disk).get()
        _ = try manager.finish(job, result, now: now)
        return result
    }

    private func filled(_ manager: LogManager) throws -> Log {
        let log = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        for index in 0..<60 { try log.lead(Batches.keyed([("k\(index % 5)", "v\(index)"), ("once\(index)", "x")])) }
        try log.lead(Batches.keyed([("once3", nil), ("k1", nil)]))
        for index in 0..<8 { try log.lead(Batches.keyed([("last\(index)", "x")])) }
        log.setHighWatermark(log.logEndOffset)
        try log.flush(now: 0)
        return log
    }

    @Test func keepsTheLastValueOfEachKeyAndEveryOffset() throws {
        let manager = try fixture.open()
        let log = try filled(manager)
        let before = try everything(log)
        let end = log.logEndOffset
        let result = try #require(try clean(manager, now: 10))
        #expect(result.bytesAfter < result.bytesBefore)
        #expect(log.logEndOffset == end && log.logStartOffset == 0)
        let after = try everything(log)
        #expect(after.count < before.count)
        // What is left is what was there, at the same offsets and times.
        #expect(after.allSatisfy { before.contains($0) })
        let values = try state(log)
        #expect(values["k0"] == "v55" && values["k1"] == nil && values["once3"] == nil && values["once4"] == "x")
        // Tombstones are readable for a while.
        #expect(after.contains { $0.value == nil })
        #expect(try clean(manager, now: 20) == nil)
        let reopened = try fixture.reopened()
        #expect(try everything(reopened) == after)
    }

    @Test func tombstonesGoAfterTheirRetention() throws {
        let manager = try fixture.open()
        let log = try filled(manager)
        _ = try clean(manager, now: 10)
        func more() throws {
            for index in 0..<20 { try log.lead(Batches.keyed([("more\(index)", "y")])) }
            log.setHighWatermark(log.logEndOffset)
            try log.flush(now: 0)
        }
        try more()
        _ = try clean(manager, now: 500)
        #expect(try everything(log).contains { $0.value == nil })
        try more()
        _ = try clean(manager, now: 2000)
        #expect(try everything(log).allSatisfy { $0.value != nil })
        #expect(try state(log)["k1"] == nil)
    }

    @Test func aCrashAtAnyStepLosesNothing() async throws {
        try await wholeMachine { try crashAtEveryStep() }
    }

    private func crashAtEveryStep() throws {
        let operations = try crash(at: .max, .error)
        #expect(operations > 60)
        // Writing the output is one operation like the other; the exchange at the end is not.
        let steps = Array(stride(from: 1, to: operations - 30, by: 5)) + Array(operations - 30...operations)
        for ending in [CrashPointTests.Ending.error, .kill, .power(kept: 0)] {
            for step in steps { try crash(at: step, ending) }
        }
    }

    /// Returns how many operations the round took.
    @discardableResult
    private func crash(at step: Int, _ ending: CrashPointTests.Ending) throws -> Int {
        let fixture = Fixture()
        fixture.config = self.fixture.config
        let manager = try fixture.open()
        let log = try CompactionTests(fixture).filled(manager)
        let expected = try state(log)
        let end = log.logEndOffset
        let job = try #require(manager.cleanJob(now: 10))
        let before = fixture.disk.operations
        if step < .max {
            if ending == .error {
                fixture.disk.fail(afterOperations: step)
            } else {
                fixture.disk.halt(afterOperations: step)
            }
        }
        if case .success(let result) = job.run(fixture.disk) {
            _ = try? manager.finish(job, result, now: 10)?.run(fixture.disk)
        }
        let operations = fixture.disk.operations - before
        let place = "\(ending) at operation \(step)"
        // Who goes on reads the same, whatever became of the round.
        if ending == .error { #expect(try state(log) == expected, "\(place), while it runs") }
        CrashPointTests.end(fixture.disk, ending)
        let reopened = try fixture.log()
        #expect(try state(reopened) == expected, "\(place)")
        #expect(reopened.logEndOffset == end, "\(place)")
        return operations
    }

    /// What one round has not looked at follows in the next.
    @Test func aRoundRemembersOnlySoManyKeys() throws {
        #expect(LogConfig().offsetMapBytes == StorageLimits.offsetMapBytes)
        var ends: [Int: (rounds: Int, state: [String: String])] = [:]
        for bytes in [StorageLimits.offsetMapBytes, 500] {
            let fixture = Fixture()
            fixture.config = self.fixture.config
            fixture.config.offsetMapBytes = bytes
            let manager = try fixture.open()
            let log = try CompactionTests(fixture).filled(manager)
            var rounds = 0
            while rounds < 100, try CompactionTests(fixture).clean(manager, now: 10) != nil { rounds += 1 }
            ends[bytes] = (rounds, try state(log))
        }
        let (large, small) = (ends[StorageLimits.offsetMapBytes], ends[500])
        #expect(large?.rounds == 1)
        #expect(small.map { (5..<100).contains($0.rounds) } == true, "\(ends.mapValues(\.rounds))")
        #expect(large?.state == small?.state)
    }

    @Test func aRecordGoesOnlyForOneThatIsDurable() throws {
        let manager = try fixture.open()
        let log = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        for index in 0..<12 { try log.lead(Batches.keyed([("k", "\(index)")])) }
        log.setHighWatermark(log.logEndOffset)
        try log.flush(now: 0)
        for index in 12..<40 { try log.lead(Batches.keyed([("k", "\(index)")])) }
        log.setHighWatermark(log.logEndOffset)
        _ = try clean(manager, now: 10)
        fixture.disk.crash()
        let reopened = try fixture.log()
        #expect(reopened.logEndOffset >= 12)
        #expect(try state(reopened)["k"].flatMap { Int($0) } ?? -1 >= 11)
    }

    private init(_ fixture: Fixture) { self.fixture = fixture }

    @Test func abortedRecordsGoAndProducersStay() throws {
        let manager = try fixture.open()
        let log = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        try log.lead(Batches.keyed([("a", "good")]))
        var builder = RecordBatchBuilder()
        builder.producerID = 5
        builder.producerEpoch = 0
        builder.baseSequence = 0
        builder.isTransactional = true
        builder.append(timestamp: 1000, key: ByteBuffer(string: "a"), value: ByteBuffer(string: "aborted"))
        try log.lead(try builder.build().bytes)
        try log.appendAsLeader(Batches.marker(5, commit: false), epoch: 0, origin: .coordinator, now: 0)
        for index in 0..<20 { try log.lead(Batches.keyed([("fill\(index)", "y")])) }
        log.setHighWatermark(log.logEndOffset)
        try log.flush(now: 0)
        _ = try clean(manager, now: 10)
        let values = try everything(log).compactMap { $0.value.map { String(buffer: $0) } }
        #expect(values.contains("good") && !values.contains("aborted"))
        // The producer's sequence survives with its emptied batch.
        let reopened = try fixture.reopened()
        #expect(reopened.producers.entry(5)?.epoch == 0)
    }

    @Test func aChangedLogThrowsTheOutputAway() throws {
        let manager = try fixture.open()
        let log = try filled(manager)
        let job = try #require(manager.cleanJob(now: 10))
        let result = try job.run(fixture.disk).get()
        try log.truncate(to: 20, now: 10)
        _ = try manager.finish(job, result, now: 10)
        #expect(log.logEndOffset == 20)
        #expect(try everything(log).count == 20)
        #expect(try fixture.disk.list("/data/t-0").allSatisfy { !$0.hasSuffix(".cleaned") })
    }
}
