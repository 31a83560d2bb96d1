import ClusterMetadata
import KafkaProtocol
import KafkaRecords
import LogStorage
import MetadataQuorum
import NIOCore
import Simulation
import TestSupport

@testable import Broker

/// The life of a quorum node's files, with a model beside it: votes, appends, rolls, syncs, truncations, snapshots taken
/// and fetched, and what is cleaned after them. The same every time, so that it can be cut short at each operation of
/// the disk.
final class QuorumStoreCourse {
    /// One record: which decision lies at which offset.
    struct Line: Hashable, CustomStringConvertible {
        let offset: Offset
        let epoch: Epoch

        var description: String { "\(offset)@\(epoch)" }
    }

    let disk: SimulatedDisk
    private(set) var store: QuorumStore
    private var epoch: Epoch = 1
    /// Every state that the log went through, newest last; what is under way has been added already.
    private(set) var history: [[Line]] = [[]]
    private var current: [Line] = []
    /// Everything below is synced, and not cut since.
    private(set) var synced: Offset = 0
    /// What was saved last, and what is being saved.
    private(set) var election = ElectionState()
    private(set) var nextElection = ElectionState()
    /// What went wrong, first. A node that cannot write its log or its vote ends itself.
    private(set) var failures: [String] = []
    private var isDead = false

    /// - Parameter isMortal: whether any failure is the end of the process, and not only those that the node cannot bear.
    init(_ disk: SimulatedDisk, isMortal: Bool) throws {
        self.disk = disk
        self.isMortal = isMortal
        store = try Self.open(disk)
    }

    private let isMortal: Bool

    static func open(_ disk: SimulatedDisk, report: @escaping StorageReport = { _, _ in }) throws -> QuorumStore {
        let store = try QuorumStore(
            parent: "/data", isAlone: true, disk: disk, clock: ManualClock(), report: report)
        store.log.config.segmentBytes = 500
        return store
    }

    func run() {
        save(ElectionState(epoch: 1, votedFor: 2))
        save(ElectionState(epoch: 1, leader: 2, votedFor: 2))
        for _ in 0..<3 { append() }
        flush()
        for _ in 0..<3 { append(2) }
        flush()
        takeSnapshot()
        save(ElectionState(epoch: 2, votedFor: 1))
        epoch = 2
        for _ in 0..<4 { append() }
        flush()
        takeSnapshot()
        // The leader of the next epoch has other records there.
        for _ in 0..<3 { append() }
        flush()
        save(ElectionState(epoch: 4, leader: 3))
        truncate(to: store.log.logEndOffset - 2)
        epoch = 4
        for _ in 0..<3 { append(3) }
        append()
        flush()
        takeSnapshot()
        // Far behind its leader's log start.
        save(ElectionState(epoch: 5, leader: 3))
        fetchSnapshot(of: current + added(to: current, 6, epoch: 5))
        save(ElectionState(epoch: 6, leader: 1))
        epoch = 6
        for _ in 0..<3 { append() }
        flush()
        for _ in 0..<6 { append() }
        flush()
        // Its records of epoch 6 were never committed, and its leader is past them.
        save(ElectionState(epoch: 7, leader: 2))
        let common = current.filter { $0.epoch < 6 }
        fetchSnapshot(of: common + added(to: common, 4, epoch: 7))
        epoch = 7
        append(2)
        flush()
        takeSnapshot()
        for _ in 0..<6 { append() }
    }

    // MARK: What a node does

    private func save(_ state: ElectionState) {
        nextElection = isDead ? nextElection : state
        attempt("save \(state)") {
            try store.save(state)
            election = state
        }
    }

    private func append(_ count: Int = 1) {
        let lines = added(to: current, count, epoch: epoch)
        change("append", to: current + lines) {
            try store.append(try Self.encode(lines))
        }
    }

    private func flush() {
        attempt("flush") {
            guard let job = store.log.flushJob(.batches) else { return }
            try job.run(disk)
            try store.flushed(upTo: job.upTo)
            synced = job.upTo
        }
    }

    private func truncate(to offset: Offset) {
        lower(to: offset)
        change("truncate to \(offset)", to: current.filter { $0.offset < offset }) { try store.truncate(to: offset) }
    }

    /// Writes a snapshot of the whole log and lets go of what it makes superfluous. What fails here is told, no more.
    private func takeSnapshot() {
        guard let last = current.last else { return }
        let id = SnapshotID(endOffset: last.offset + 1, epoch: last.epoch)
        store.log.setHighWatermark(id.endOffset)
        attempt("snapshot \(id.endOffset)", isFatal: false) {
            try disk.replace(store.path(id), with: try Self.snapshot(current, id), durable: true)
            guard try store.add(id) else { return }
            _ = try store.trim()
        }
    }

    private func fetchSnapshot(of lines: [Line]) {
        guard let last = lines.last else { return }
        let id = SnapshotID(endOffset: last.offset + 1, epoch: last.epoch)
        attempt("pieces of snapshot \(id.endOffset)") {
            var bytes = try Self.snapshot(lines, id)
            var position: Int64 = 0
            while let piece = bytes.readSlice(length: min(900, bytes.readableBytes)), piece.readableBytes > 0 {
                try store.store(id, at: position, piece)
                position += Int64(piece.readableBytes)
            }
        }
        lower(to: zip(current, lines).prefix { $0 == $1 }.last.map { $0.0.offset + 1 } ?? 0)
        change("install \(id.endOffset)", to: lines) {
            guard let bytes = try store.stored(id) else { throw StorageError.corruptFile("pieces", "none") }
            try store.install(id, bytes)
            synced = id.endOffset
        }
    }

    // MARK: The model

    private func added(to lines: [Line], _ count: Int, epoch: Epoch) -> [Line] {
        let end = lines.last.map { $0.offset + 1 } ?? 0
        return (0..<Offset(count)).map { Line(offset: end + $0, epoch: epoch) }
    }

    private func lower(to offset: Offset) { if !isDead { synced = min(synced, offset) } }

    private func change(_ what: String, to next: [Line], _ body: () throws -> Void) {
        guard !isDead else { return }
        history.append(next)
        attempt(what, body)
        current = next
    }

    private func attempt(_ what: String, isFatal: Bool = true, _ body: () throws -> Void) {
        guard !isDead else { return }
        do { try body() } catch {
            failures.append("\(what): \(error)")
            isDead = isMortal || isFatal
        }
    }

    // MARK: Records

    private static func record(_ line: Line) -> MetadataRecord {
        .config(ConfigRecord(resource: .broker(1), name: "test.\(line.offset)", value: "\(line.epoch)"))
    }

    static func encode(_ lines: [Line]) throws -> ByteBuffer {
        let batch = QuorumBatch(baseOffset: lines[0].offset, count: Int32(lines.count), epoch: lines[0].epoch)
        return try MetadataRuntime.encode(lines.map(record), batch, timestamp: 0)
    }

    static func snapshot(_ lines: [Line], _ id: SnapshotID) throws -> ByteBuffer {
        let image = try MetadataImage(records: lines.map(record), offset: id.endOffset - 1)
        return try MetadataRuntime.encodeSnapshot(image, VoterSet([1]), id, timestamp: 0)
    }

    /// The decisions that an image shows.
    static func lines(of image: MetadataImage) -> [Line] {
        let values = image.config(.broker(1)).compactMap { name, value -> Line? in
            guard name.hasPrefix("test."), let offset = Offset(name.dropFirst(5)), let epoch = Epoch(value) else {
                return nil
            }
            return Line(offset: offset, epoch: epoch)
        }
        return values.sorted { $0.offset < $1.offset }
    }

    /// All that a store holds: its newest snapshot and the log behind it.
    static func lines(of store: QuorumStore) throws -> [Line] {
        var image = MetadataImage()
        var delta = MetadataDelta()
        var next: Offset = 0
        if let newest = store.snapshots.last, let bytes = try store.snapshotBytes(newest) {
            guard let decoded = MetadataRuntime.decodeSnapshot(bytes, newest) else {
                throw StorageError.corruptFile(store.path(newest), "not whole")
            }
            image = decoded
            next = newest.endOffset
        }
        while next < store.log.logEndOffset {
            for batch in try RecordBatchReader.all(
                try store.read(from: next, upTo: store.log.logEndOffset, maxBytes: 1 << 20))
            {
                if batch.baseOffset >= next { try MetadataRuntime.replay(batch, into: &image, &delta) }
                next = max(next, batch.nextOffset)
            }
        }
        return lines(of: image)
    }
}
