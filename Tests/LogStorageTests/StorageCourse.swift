import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore
import TestSupport
import Testing

/// The life of a partition on a disk, with a model beside it: everything that a log does to its files, in a course that
/// is the same every time, so that it can be cut short at each operation of the disk.
///
/// The model is the list of all states that the log went through. After a crash the log must be what one of them was, up to
/// some offset, and hold at least what was promised.
final class StorageCourse {
    /// One record as it lies in the log.
    struct Line: Hashable, CustomStringConvertible {
        let offset: Offset
        let epoch: Epoch
        /// `text`, `producer:sequence`, or `abort producer`.
        let value: String

        var description: String { "\(offset)@\(epoch) \(value)" }
    }

    let fixture: Fixture
    private(set) var log: Log
    private var manager: LogManager
    private var epoch: Epoch = 1
    /// Every state, newest last; what is under way has been added already.
    private(set) var history: [[Line]] = [[]]
    /// What the log is when nothing is under way.
    private var current: [Line] = []
    /// Everything below was acknowledged.
    private(set) var acknowledged: Offset = 0
    /// Everything below was flushed, and not cut since.
    private(set) var flushed: Offset = 0
    /// Where the log may begin at most.
    private(set) var highestStart: Offset = 0
    /// Calls that failed, with the failure.
    private(set) var failures: [String] = []

    /// Whether the first failure is the end of the process.
    private let isMortal: Bool

    init(_ fixture: Fixture, isMortal: Bool = false) throws {
        self.fixture = fixture
        self.isMortal = isMortal
        fixture.config.segmentBytes = 400
        fixture.config.indexIntervalBytes = 150
        fixture.config.fileDeleteDelayMs = 0
        manager = try fixture.open()
        log = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
    }

    private var isDead: Bool { isMortal && !failures.isEmpty }

    /// All of it. Goes on after each failure, as a broker does, unless it is mortal.
    func run() {
        attempt("mark") { manager.began(brokerEpoch: 1) }
        for index in 0..<4 { append("a\(index)") }
        for sequence in 0..<3 { append(producer: 7, Int32(sequence)) }
        checkpoint()
        append(producer: 8, 0, transactional: true)
        append("b0")
        abort(8)
        advance()
        flush(.closedSegments)
        epoch = 2
        for index in 0..<3 { append("c\(index)") }
        // Another leader has other records there.
        truncate(to: log.logEndOffset - 4)
        epoch = 4
        for index in 0..<4 { append("d\(index)") }
        append(producer: 7, 3)
        flush(.everything)
        truncate(to: log.logEndOffset - 2)
        epoch = 5
        for index in 0..<4 { append("e\(index)") }
        advance()
        checkpoint()
        raiseStart(to: 6)
        retain()
        for index in 0..<3 { append("f\(index)") }
        flush(.everything)
        checkpoint()
        // Far behind its leader's log start.
        restart(at: log.logEndOffset + 10)
        for index in 0..<3 { append("g\(index)") }
        advance()
        stopAndStart()
        for index in 0..<8 { append("h\(index)") }
        // The log goes on while a thread of the pool syncs what was there.
        let job = log.flushJob(.closedSegments)
        for index in 0..<8 { append("i\(index)") }
        run(job)
        for index in 0..<8 { append("j\(index)") }
        attempt("close") { try manager.close(brokerEpoch: 2, now: 0) }
    }

    // MARK: What a log does

    private func append(_ value: String) {
        append("append \(value)", [value]) { try Batches.plain([value]) }
    }

    private func append(producer: Int64, _ sequence: Int32, transactional: Bool = false) {
        append("append \(producer):\(sequence)", ["\(producer):\(sequence)"]) {
            try Batches.idempotent(producer, sequence: sequence, transactional: transactional)
        }
    }

    private func abort(_ producer: Int64) {
        append("abort \(producer)", ["abort \(producer)"], .coordinator) { try Batches.marker(producer, commit: false) }
    }

    private func append(
        _ what: String, _ values: [String], _ origin: AppendOrigin = .client, _ batch: () throws -> ByteBuffer
    ) {
        let base = log.logEndOffset
        let lines = values.enumerated().map { Line(offset: base + Offset($0), epoch: epoch, value: $1) }
        change(what, to: current + lines) {
            try log.appendAsLeader(try batch(), epoch: epoch, origin: origin, now: 0)
            acknowledged = log.logEndOffset
        }
    }

    private func truncate(to offset: Offset) {
        guard !isDead else { return }
        acknowledged = min(acknowledged, offset)
        flushed = min(flushed, offset)
        change("truncate to \(offset)", to: current.filter { $0.offset < offset }, isCut: true) {
            try log.truncate(to: offset, now: 0)
        }
    }

    private func restart(at offset: Offset) {
        guard !isDead else { return }
        (acknowledged, flushed, highestStart) = (0, 0, offset)
        change("restart at \(offset)", to: [], isCut: true) { try log.restart(at: offset, now: 0) }
    }

    private func raiseStart(to offset: Offset) {
        highestStart = max(highestStart, offset)
        attempt("raise start") { try log.raiseLogStart(to: offset) }
    }

    private func retain() {
        fixture.config.retentionBytes = log.sizeInBytes - 500
        log.config = fixture.config
        highestStart = max(highestStart, log.highWatermark)
        attempt("retention") { try log.applyRetention(now: 0) }
        attempt("remove files") { _ = manager.dueDeletions(now: 0).run(fixture.disk) }
    }

    private func advance() { log.setHighWatermark(log.logEndOffset) }

    private func flush(_ scope: FlushScope) { run(log.flushJob(scope)) }

    private func run(_ job: FlushJob?) {
        guard let job else { return }
        attempt("flush") {
            try job.run(fixture.disk)
            log.flushed(upTo: job.upTo, now: 0)
            flushed = max(flushed, job.upTo)
        }
    }

    private func checkpoint() {
        attempt("checkpoint") {
            for job in manager.offsetCheckpoints() + [manager.highWatermarkCheckpoint()].compactMap({ $0 }) {
                try job.run(fixture.disk)
                manager.checkpointed(job)
            }
        }
    }

    /// Stops in order and starts again. A start that fails is repeated, as whoever runs a broker would.
    private func stopAndStart() {
        let failed = failures.count
        attempt("close") { try manager.close(brokerEpoch: 1, now: 0) }
        guard !isDead else { return }
        if failures.count == failed { flushed = log.logEndOffset } else { fixture.disk.killProcess() }
        let before = failures.count
        attempt("start", start)
        guard failures.count > before, !isDead else { return }
        fixture.disk.killProcess()
        attempt("start", start)
    }

    private func start() throws {
        manager = try fixture.open()
        guard let found = manager.log(Fixture.partition) else { throw StorageError.directoryRefused("it is offline") }
        log = found
        log.config = fixture.config
    }

    private func attempt(_ what: String, _ body: () throws -> Void) {
        guard !isDead else { return }
        do { try body() } catch { failures.append("\(what): \(error)") }
    }

    /// A change of the log's content. One that fails may have come to pass in part, as far as that is no other log; what
    /// only cuts is tried again, as followers do.
    private func change(_ what: String, to next: [Line], isCut: Bool = false, _ body: () throws -> Void) {
        guard !isDead else { return }
        history.append(next)
        let failed = failures.count
        attempt(what, body)
        guard failures.count > failed else { return current = next }
        guard !isDead else { return }
        guard let found = try? Self.lines(of: log) else {
            Issue.record("\(what) failed, and then the log cannot be read")
            return
        }
        let kept = current.filter { $0.offset >= log.logStartOffset }
        #expect(isCut ? kept.starts(with: found) : kept == found, "after \(failures.last ?? "")")
        guard isCut else { return history.append(current) }
        attempt(what, body)
        #expect(failures.count == failed + 1, "\(what) cannot be repeated: \(failures)")
        current = next
    }

    // MARK: Reading

    /// What lies in a log, from its start to its end.
    static func lines(of log: Log) throws -> [Line] {
        var lines: [Line] = []
        var next = log.logStartOffset
        while next < log.logEndOffset {
            let read = try log.read(from: next, maxBytes: 1 << 20, upTo: log.logEndOffset, now: 0)
            guard read.nextOffset > next else { break }
            for batch in try RecordBatchReader.all(read.records) {
                for record in try batch.records() where record.offset >= log.logStartOffset {
                    lines.append(
                        Line(offset: record.offset, epoch: batch.partitionLeaderEpoch, value: text(record, in: batch)))
                }
            }
            next = read.nextOffset
        }
        return lines
    }

    private static func text(_ record: Record, in batch: RecordBatch) -> String {
        if batch.attributes.isControl { return "abort \(batch.producerID)" }
        if batch.producerID >= 0 { return "\(batch.producerID):\(batch.baseSequence)" }
        return record.value.map { String(buffer: $0) } ?? "-"
    }
}
