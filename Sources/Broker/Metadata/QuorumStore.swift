import KafkaProtocol
import KafkaRecords
import LogStorage
import MetadataQuorum
import NIOCore

/// What a quorum node keeps on disk: the metadata log, its vote, and snapshots. Blocking calls, loop only.
final class QuorumStore {
    let log: Log
    let disk: any Disk
    private let directory: String
    private let clock: any Clock
    /// Ascending.
    private(set) var snapshots: [SnapshotID] = []
    /// Records below were acknowledged by this voter and are not here any more; 0 when there are none.
    private(set) var owedEnd: Offset = 0
    private var recoveryPoint: RecoveryPoint
    private let report: StorageReport

    /// The largest snapshot that is read or taken in, in bytes.
    var mostSnapshotBytes = Limits.metadataSnapshotBytes

    /// Opens what is there and makes it durable, as the quorum will take it for that.
    ///
    /// - Parameters:
    ///   - isAlone: whether no other voter has the records.
    ///   - own: says the same where snapshots name this node as the only voter.
    /// - Throws: `StorageError`, such as `recordsLost` when records that were synced are gone and no other voter has them.
    init(
        parent: String, isAlone: Bool, own: ReplicaKey? = nil, disk: any Disk, clock: any Clock,
        report: @escaping StorageReport
    ) throws {
        directory = parent + "/__cluster_metadata-0"
        self.disk = disk
        self.clock = clock
        self.report = report
        try disk.createDirectory(directory)
        snapshots = try disk.list(directory).compactMap(Self.snapshot(named:)).sorted()
        let named = try Self.setsInSnapshots(snapshots, directory, disk).last?.voters
        // A set of the log is newer than a configured one.
        let isAlone = named.map { $0.voters.map(\.key) == own.map { [$0] } } ?? isAlone
        let recoveryPoint = try RecoveryPoint(in: directory, of: disk, report: report)
        self.recoveryPoint = recoveryPoint
        let covered = snapshots.last?.endOffset ?? 0
        let directory = directory
        func open(_ syncedEnd: Offset?) throws -> Log {
            try Self.open(directory, disk, syncedEnd: syncedEnd, now: clock.wall, report)
        }
        do {
            log = try open(recoveryPoint.offset)
        } catch StorageError.recordsLost(let from, let to, let reason) {
            guard covered >= to || !isAlone else {
                throw StorageError.recordsLost(from: from, to: to, Self.wayOut(reason, recoveryPoint.path))
            }
            log = try open(nil)
        }
        // What the log says is newer still.
        let latest = try voterSets().max { $0.offset < $1.offset }?.voters
        try settle(latest.map { $0.voters.map(\.key) == own.map { [$0] } } ?? isAlone)
    }

    private static func open(
        _ directory: String, _ disk: any Disk, syncedEnd: Offset?, now: Timestamp, _ report: @escaping StorageReport
    ) throws -> Log {
        var config = LogConfig()
        config.segmentBytes = 8 << 20
        config.retentionMs = -1
        config.retentionBytes = -1
        config.fileDeleteDelayMs = 0
        return try Log.open(
            TopicPartition(.metadataTopic, 0), directory: directory, disk: disk, config: config,
            syncedEnd: syncedEnd, now: now, report: report)
    }

    private static func wayOut(_ reason: String, _ recoveryPoint: String) -> String {
        "\(reason). They are metadata of the cluster, and no other voter has them. Put the file back as it was; or, to go "
            + "on without them, remove \(recoveryPoint): topics and configs made since are then unknown, and the logs of "
            + "such topics are set aside as -stray"
    }

    private func settle(_ isAlone: Bool) throws {
        for name in try disk.list(directory) where name.hasSuffix(".checkpoint.part") {
            try disk.remove(directory + "/" + name)
        }
        if let newest = snapshots.last, !isContinued(newest) { try log.restart(at: newest.endOffset, now: clock.wall) }
        if log.logStartOffset > snapshots.last?.endOffset ?? 0 {
            let lost = StorageError.recordsLost(
                from: 0, to: log.logStartOffset, "neither a log file nor a snapshot in \(directory) has them")
            guard !isAlone else { throw lost }
            report(.error, "metadata log: \(lost)")
            try log.restart(at: 0, now: clock.wall)
        }
        if log.logEndOffset < recoveryPoint.offset {
            owedEnd = recoveryPoint.offset
            report(
                .error,
                "metadata log: records \(log.logEndOffset) to \(owedEnd) are lost that this node had acknowledged; it "
                    + "gives no vote until it has them again from the leader")
        }
        if !isAlone, try hasForgottenVotes() {
            owedEnd = max(owedEnd, log.logEndOffset + 1)
            try recoveryPoint.move(to: owedEnd, disk, durable: true)
            report(.error, forgottenVotes)
        }
        try log.flush(now: clock.wall)
        try synced()
    }

    /// What a missing `quorum-state` means, and how a quorum of which too many miss it goes on: in an epoch that is above
    /// all in which a vote may have been given, as each elected leader has written a record in its own.
    private var forgottenVotes: String {
        let later = ElectionState(epoch: (log.latestEpoch ?? 0) + 1_000)
        return "\(statePath) is gone or older than the metadata log, and with it for whom this node voted; it gives no "
            + "vote until it has the next record from the leader. Where so many voters say this that none is elected: stop all "
            + "voters, and at each that says it write \(Self.text(later)) into \(statePath) and remove "
            + "\(recoveryPoint.path)"
    }

    /// Whether the log goes on where the snapshot ends: not when it was cut, and not when its records are others that
    /// were never committed.
    private func isContinued(_ snapshot: SnapshotID) -> Bool {
        let last = snapshot.endOffset - 1
        guard log.logEndOffset > last else { return false }
        return log.logStartOffset > last || log.epochs.epoch(at: last) == snapshot.epoch
    }

    // MARK: Vote

    private var statePath: String { directory + "/quorum-state" }

    /// Whether a vote may have been given that is not saved: a node saves an epoch before it takes records of it.
    private func hasForgottenVotes() throws -> Bool { try savedElection()?.epoch ?? 0 < log.latestEpoch ?? 0 }

    /// Epoch, leader and vote as they were saved; nothing for a new node. Where they are gone, or older than the log, the
    /// epoch of the log without a vote.
    func loadElection() throws -> ElectionState {
        let saved = try savedElection() ?? ElectionState()
        let known = log.latestEpoch ?? 0
        return saved.epoch < known ? ElectionState(epoch: known) : saved
    }

    /// Nil where there is no file. One that cannot be read is an error: to forget a vote could elect two leaders.
    private func savedElection() throws -> ElectionState? {
        guard let bytes = try disk.contents(statePath, limit: StorageLimits.markBytes) else { return nil }
        let text = String(buffer: bytes)
        guard let epoch = Self.number("leaderEpoch", in: text), let leader = Self.number("leaderId", in: text),
            let voted = Self.number("votedId", in: text)
        else {
            throw StorageError.corruptFile(statePath, "no epoch, leader and vote in it")
        }
        return ElectionState(
            epoch: epoch, leader: leader < 0 ? nil : leader, votedFor: voted < 0 ? nil : voted,
            votedDirectory: Self.directory(in: text))
    }

    /// Saves them durably before returning.
    func save(_ state: ElectionState) throws {
        try disk.replace(statePath, with: ByteBuffer(string: Self.text(state)), durable: true)
    }

    private static func text(_ state: ElectionState) -> String {
        "{\"leaderId\":\(state.leader ?? -1),\"leaderEpoch\":\(state.epoch),"
            + "\"votedId\":\(state.votedFor ?? -1),\"votedDirectoryId\":\"\(state.votedDirectory)\",\"data_version\":1}"
    }

    private static func number(_ key: String, in text: String) -> Int32? {
        guard let field = text.split(separator: "\"\(key)\":", maxSplits: 1).dropFirst().first else { return nil }
        return Int32(field.prefix { $0 == "-" || $0.isNumber })
    }

    /// Whose vote it is; version 0 of the file does not say.
    private static func directory(in text: String) -> UUID {
        guard let field = text.split(separator: "\"votedDirectoryId\":\"", maxSplits: 1).dropFirst().first else {
            return .zero
        }
        return UUID(String(field.prefix { $0 != "\"" })) ?? .zero
    }

    // MARK: Log

    /// The voter sets that bootstrap snapshot, snapshots and log name, each with its place.
    ///
    /// - Throws: `StorageError`, `RecordsError` or `WireError`: a node that does not know who votes must not vote.
    func voterSets() throws -> [VoterHistory.Entry] {
        var entries = try Self.setsInSnapshots(snapshots, directory, disk)
        var offset = log.logStartOffset
        while offset < log.logEndOffset {
            let bytes = try read(from: offset, upTo: log.logEndOffset, maxBytes: Limits.quorumFetchBytes)
            var reader = RecordBatchReader(bytes)
            let before = offset
            while let batch = try reader.next() {
                if let voters = try QuorumVoters.named(in: batch) {
                    entries.append(VoterHistory.Entry(offset: batch.baseOffset, voters: voters))
                }
                offset = batch.nextOffset
            }
            guard offset > before else { break }
        }
        return entries
    }

    /// Ascending. A snapshot that cannot be read is dealt with where the image is loaded.
    private static func setsInSnapshots(
        _ snapshots: [SnapshotID], _ directory: String, _ disk: any Disk
    ) throws -> [VoterHistory.Entry] {
        var entries: [VoterHistory.Entry] = []
        let bootstrap = directory + "/" + BootstrapSnapshot.fileName
        if let bytes = try disk.contents(bootstrap, limit: Limits.metadataSnapshotBytes),
            let voters = try QuorumVoters.named(inSnapshot: bytes)
        {
            entries.append(VoterHistory.Entry(offset: -1, voters: voters))
        }
        for id in snapshots {
            guard let bytes = try contents(path(id, directory), disk, limit: Limits.metadataSnapshotBytes),
                let voters = try? QuorumVoters.named(inSnapshot: bytes)
            else { continue }
            entries.append(VoterHistory.Entry(snapshot: id, voters: voters))
        }
        return entries
    }

    /// What the consensus needs to know of the log.
    var index: LogIndex {
        let start = snapshots.last { $0.endOffset <= log.logStartOffset || $0.endOffset == log.logEndOffset }
        let first =
            log.logStartOffset == 0
            ? SnapshotID(endOffset: 0, epoch: 0)
            : start
                ?? SnapshotID(
                    endOffset: log.logStartOffset, epoch: log.epochs.entries.first?.epoch ?? 0)
        return LogIndex(
            start: first, end: log.logEndOffset,
            epochs: log.epochs.entries.map { .init(epoch: $0.epoch, start: $0.start) }, latestSnapshot: snapshots.last)
    }

    func append(_ batches: ByteBuffer) throws { _ = try log.appendAsFollower(batches, now: clock.wall) }

    /// Notes that everything below `offset` is durable.
    func flushed(upTo offset: Offset) throws {
        log.flushed(upTo: offset, now: clock.wall)
        try synced()
    }

    private func synced() throws {
        // What is owed must not be forgotten by another start.
        guard log.recoveryPoint >= owedEnd else { return }
        owedEnd = 0
        try recoveryPoint.move(to: log.recoveryPoint, disk, durable: false)
    }

    private func lowerRecoveryPoint(to offset: Offset) throws {
        guard owedEnd == 0, offset < recoveryPoint.offset else { return }
        try recoveryPoint.move(to: offset, disk, durable: true)
    }

    /// Cuts the log durably.
    func truncate(to offset: Offset) throws {
        try lowerRecoveryPoint(to: offset)
        try log.truncate(to: offset, now: clock.wall)
        try log.flush(now: clock.wall)
    }

    /// Whole batches from `offset` on up to the log's end, of about `maxBytes`.
    func read(from offset: Offset, upTo end: Offset, maxBytes: Int) throws -> ByteBuffer {
        try log.read(from: offset, maxBytes: maxBytes, upTo: end, now: clock.wall).records
    }

    // MARK: Snapshots

    func path(_ id: SnapshotID) -> String { Self.path(id, directory) }

    private static func path(_ id: SnapshotID, _ directory: String) -> String {
        func padded(_ number: some BinaryInteger, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return directory + "/\(padded(id.endOffset, 20))-\(padded(id.epoch, 10)).checkpoint"
    }

    private static func snapshot(named name: String) -> SnapshotID? {
        guard name.hasSuffix(".checkpoint") else { return nil }
        let parts = name.dropLast(11).split(separator: "-")
        guard parts.count == 2, let end = Offset(parts[0]), let epoch = Epoch(parts[1]), end > 0 else { return nil }
        return SnapshotID(endOffset: end, epoch: epoch)
    }

    func snapshotBytes(_ id: SnapshotID) throws -> ByteBuffer? {
        guard snapshots.contains(id) else { return nil }
        return try Self.contents(path(id), disk, limit: mostSnapshotBytes)
    }

    /// Nil for a file that is missing or larger than any snapshot.
    private static func contents(_ path: String, _ disk: any Disk, limit: Int) throws(DiskError) -> ByteBuffer? {
        do { return try disk.contents(path, limit: limit) } catch {
            guard error.kind == .tooLarge else { throw error }
            return nil
        }
    }

    /// Takes a snapshot in whose file has been written durably; false, and the file goes, when a newer one came before.
    func add(_ id: SnapshotID) throws -> Bool {
        if let newest = snapshots.last, newest >= id {
            if newest != id { try disk.remove(path(id)) }
            return false
        }
        snapshots.append(id)
        return true
    }

    /// Takes a snapshot out that is damaged; its file stays under another name.
    func setAside(_ id: SnapshotID) throws {
        try disk.rename(path(id), to: path(id) + ".damaged")
        snapshots.removeAll { $0 == id }
    }

    /// Keeps a piece of a snapshot that is being fetched.
    func store(_ id: SnapshotID, at position: Int64, _ bytes: ByteBuffer) throws {
        guard position + Int64(bytes.readableBytes) <= Int64(mostSnapshotBytes) else {
            throw StorageError.corruptFile(path(id), "larger than \(mostSnapshotBytes) bytes")
        }
        let file = try disk.open(path(id) + ".part", .create)
        defer { file.close() }
        if position == 0 { try file.truncate(to: 0) }
        try file.write(bytes, at: position)
    }

    /// The pieces so far, as one.
    func stored(_ id: SnapshotID) throws -> ByteBuffer? {
        try disk.contents(path(id) + ".part", limit: mostSnapshotBytes)
    }

    func discard(_ id: SnapshotID) throws { try disk.remove(path(id) + ".part") }

    /// Replaces the log by a snapshot that is complete and verified.
    func install(_ id: SnapshotID, _ bytes: ByteBuffer) throws {
        try lowerRecoveryPoint(to: id.endOffset)
        try disk.replace(path(id), with: bytes, durable: true)
        _ = try add(id)
        try discard(id)
        try log.restart(at: id.endOffset, now: clock.wall)
        log.setHighWatermark(id.endOffset)
        try log.flush(now: clock.wall)
        try synced()
        try dropOldSnapshots()
    }

    /// Drops the log below the newest snapshot but one, so that followers slightly behind need not fetch a snapshot.
    func trim() throws -> SnapshotID? {
        guard snapshots.count > 1 else { return nil }
        let keep = snapshots[snapshots.count - 2]
        try log.raiseLogStart(to: keep.endOffset)
        try log.applyRetention(now: clock.wall)
        try dropOldSnapshots()
        return keep
    }

    private func dropOldSnapshots() throws {
        while snapshots.count > 2 { try disk.remove(path(snapshots.removeFirst())) }
    }
}
