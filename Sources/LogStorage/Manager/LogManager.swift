import KafkaProtocol
import NIOCore

/// All partitions of one log directory (of `log.dirs`), which it holds locked while it is open.
///
/// Confined to one thread like the logs it owns.
package final class LogManager {
    package let directory: String
    package let properties: MetaProperties
    package let disk: any Disk
    /// Whether the process that had the directory before stopped in order.
    package let wasClean: Bool
    /// The broker epoch under which the directory was used last, when all that was written then is still there: after an
    /// orderly stop, or when only the process died. −1 when that is not known.
    package private(set) var previousBrokerEpoch: Int64
    /// The high watermarks of the last checkpoint.
    package private(set) var highWatermarks: [TopicPartition: Offset]
    package private(set) var logs: [TopicPartition: Log] = [:]
    /// Partitions whose directory could not be opened, and why. Their files are left alone.
    package private(set) var failed: [TopicPartition: String] = [:]

    /// Up to where each log is compacted.
    private(set) var cleanerOffsets: [TopicPartition: Offset] = [:]
    /// Logs whose compaction failed.
    private(set) var uncleanable: Set<TopicPartition> = []

    let report: StorageReport
    private let lock: any DiskLock
    private let defaults: LogConfig
    private var doomed = DoomedDirectories()
    private var random: any RandomNumberGenerator
    /// Partitions that a move was copying here when the process ended, and the copies.
    private var interrupted: [(partition: TopicPartition, copy: String)] = []

    private enum Name {
        static let lock = ".lock"
        static let properties = "meta.properties"
        static let cleanShutdown = ".kafka_cleanshutdown"
        static let recoveryPoints = "recovery-point-offset-checkpoint"
        static let highWatermarks = "replication-offset-checkpoint"
        static let logStarts = "log-start-offset-checkpoint"
        static let cleaner = "cleaner-offset-checkpoint"
        static let delete = "-delete"
        static let stray = "-stray"
        static let future = "-future"
        /// In a directory that was set aside, as long as checkpoints may name its partition.
        static let departed = "departed"
        /// Belongs to the metadata quorum, which looks after it itself.
        static let quorum = "__cluster_metadata-0"
    }

    /// Locks the directory, makes it when it is new, and opens every partition in it.
    ///
    /// - Parameters:
    ///   - defaults: the settings of partitions until their topic's are known.
    ///   - random: for the id of a new directory and the names of deleted ones.
    /// - Throws: `StorageError.directoryRefused` when it is in use or belongs to another node or cluster; `DiskError`.
    package init(
        directory: String, clusterID: String, nodeID: BrokerID, disk: any Disk, defaults: LogConfig, now: Timestamp,
        random: any RandomNumberGenerator = SystemRandomNumberGenerator(), report: @escaping StorageReport
    ) throws {
        self.directory = directory
        self.disk = disk
        self.defaults = defaults
        self.report = report
        self.random = random
        try disk.createDirectory(directory)
        do throws(DiskError) {
            lock = try disk.lock(directory + "/" + Name.lock)
        } catch {
            guard case .locked(let holder) = error.kind else { throw error }
            let who = holder.map { "process \($0)" } ?? "another process"
            throw StorageError.directoryRefused("log directory \(directory) is in use by \(who)")
        }
        properties = try Self.identify(directory, clusterID: clusterID, nodeID: nodeID, disk: disk, &self.random)
        let marker = directory + "/" + Name.cleanShutdown
        let stopped = try Self.stopMark(marker, disk, report)
        wasClean = stopped != nil
        previousBrokerEpoch = Self.brokerEpoch(in: stopped)
        highWatermarks = [:]
        highWatermarks = checkpoint(Name.highWatermarks)
        cleanerOffsets = checkpoint(Name.cleaner)
        try load(now)
        // Only now: a start that fails half-way leaves the directory as trustworthy as it was.
        if try disk.status(marker) != nil {
            try disk.remove(marker)
            // A mark that came back with a power loss would keep what is written from now on from being verified.
            try disk.syncDirectory(directory)
        }
        if !wasClean { previousBrokerEpoch = provenEpoch() }
    }

    /// What a stop in order left; nil when there was none, or nobody can say.
    private static func stopMark(_ path: String, _ disk: any Disk, _ report: StorageReport) throws -> ByteBuffer? {
        do throws(DiskError) { return try disk.contents(path, limit: StorageLimits.markBytes) } catch {
            guard error.kind == .tooLarge else { throw error }
            report(.warning, "\(path) is damaged; everything is looked through as after a kill")
            return nil
        }
    }

    /// The epoch of a process that died in this boot and left every log whole.
    private func provenEpoch() -> Int64 {
        guard failed.isEmpty, !logs.values.contains(where: \.hasLost), !disk.boot.isEmpty,
            let mark = RunningMark(in: directory, of: disk), mark.boot == disk.boot
        else { return -1 }
        return mark.brokerEpoch
    }

    /// Notes under which epoch the broker has begun to run, for the next process on the directory.
    package func began(brokerEpoch: Int64) {
        do { try RunningMark(brokerEpoch: brokerEpoch, boot: disk.boot).write(in: directory, of: disk) } catch {
            report(.warning, "the mark of a running broker is not written: \(error)")
        }
    }

    package func log(_ partition: TopicPartition) -> Log? { logs[partition] }

    private static func identify(
        _ directory: String, clusterID: String, nodeID: BrokerID, disk: any Disk,
        _ random: inout any RandomNumberGenerator
    ) throws -> MetaProperties {
        let path = directory + "/" + Name.properties
        if let known = try MetaProperties.read(disk, path) {
            guard known.clusterID == clusterID else {
                throw StorageError.directoryRefused(
                    "log directory \(directory) belongs to cluster \(known.clusterID), not \(clusterID)")
            }
            guard known.nodeID == nodeID else {
                throw StorageError.directoryRefused(
                    "log directory \(directory) belongs to node \(known.nodeID), not \(nodeID)")
            }
            return known
        }
        func id(_ generator: inout some RandomNumberGenerator) -> UUID { .random(using: &generator) }
        let new = MetaProperties(clusterID: clusterID, nodeID: nodeID, directoryID: id(&random))
        try new.write(disk, path)
        return new
    }

    private static func brokerEpoch(in marker: ByteBuffer?) -> Int64 {
        guard let marker, let field = String(buffer: marker).split(separator: "\"brokerEpoch\":").last else {
            return -1
        }
        return Int64(field.drop { $0 == " " }.prefix { $0.isNumber }) ?? -1
    }

    // MARK: Loading

    private func load(_ now: Timestamp) throws {
        var recoveryPoints = checkpoint(Name.recoveryPoints)
        var starts = checkpoint(Name.logStarts)
        let names = try disk.list(directory).sorted()
        let doubtful = try noteDeparted(names, now)
        for name in names where !name.hasSuffix(Name.delete) {
            if name.hasSuffix(Name.future) {
                let original = name.split(separator: ".").dropLast().joined(separator: ".")
                if let partition = Self.partition(original) {
                    interrupted.append((partition, directory + "/" + name))
                } else {
                    doomed.add(directory + "/" + name, due: now)
                }
                continue
            }
            guard let partition = Self.partition(name) else { continue }
            guard try disk.status(directory + "/" + name)?.isDirectory == true else { continue }
            if doubtful.contains(name.prefix(Self.keptOfName)) {
                recoveryPoints[partition] = nil
                starts[partition] = nil
                highWatermarks[partition] = nil
                cleanerOffsets[partition] = nil
            }
            let loader = LogLoader(
                topicPartition: partition, directory: directory + "/" + name, disk: disk, config: defaults,
                clean: wasClean, recoveryPoint: recoveryPoints[partition] ?? 0, logStart: starts[partition] ?? 0,
                cleanedUpTo: cleanerOffsets[partition] ?? 0, now: now, report: report)
            do {
                let log = try loader.load()
                log.setHighWatermark(highWatermarks[partition] ?? 0)
                logs[partition] = log
            } catch {
                failed[partition] = "\(error)"
                report(.error, "\(partition): cannot be opened and stays offline: \(error)")
            }
        }
    }

    /// Notes what was deleted and set aside before. Returns, as far as marked directories tell them, the names that
    /// checkpoints may speak of without meaning what bears them now.
    private func noteDeparted(_ names: [String], _ now: Timestamp) throws -> Set<Substring> {
        var departed: Set<Substring> = []
        for name in names where name.hasSuffix(Name.delete) || name.hasSuffix(Name.stray) {
            var path = directory + "/" + name
            if name.hasSuffix(Name.stray) { path += "/" + Name.departed }
            guard try disk.status(path) != nil else { continue }
            doomed.addPartition(path, due: now)
            if let dot = name.lastIndex(of: ".") { departed.insert(name[..<dot]) }
        }
        return wasClean ? [] : departed
    }

    /// The partition that a directory is named after; nil for those that are none or are set aside.
    private static func partition(_ name: String) -> TopicPartition? {
        guard name != Name.quorum, !name.hasSuffix(Name.stray), !name.hasSuffix(Name.future),
            let dash = name.utf8.lastIndex(of: UInt8(ascii: "-")), dash != name.startIndex,
            let partition = Int32(name[name.utf8.index(after: dash)...]), partition >= 0
        else { return nil }
        return TopicPartition(String(name[..<dash]), partition)
    }

    private func checkpoint(_ name: String) -> [TopicPartition: Offset] {
        do { return try OffsetCheckpoint.read(disk, directory + "/" + name) } catch {
            report(.error, "\(error); the checkpoint is taken for empty")
            return [:]
        }
    }

    // MARK: Partitions

    /// The partition's log, made when it is not there.
    package func create(
        _ partition: TopicPartition, topicID: TopicID, config: LogConfig, now: Timestamp
    ) throws -> Log {
        if let log = logs[partition] {
            log.config = config
            try log.setTopicID(topicID)
            return log
        }
        if let reason = failed[partition] { throw StorageError.directoryRefused("\(partition) is offline: \(reason)") }
        let loader = LogLoader(
            topicPartition: partition, directory: directory + "/\(partition)", disk: disk, config: config, clean: true,
            recoveryPoint: 0, logStart: 0, now: now, report: report)
        let log = try loader.load()
        try log.setTopicID(topicID)
        logs[partition] = log
        return log
    }

    /// Takes a partition away: its directory is renamed now and removed after `file.delete.delay.ms`.
    package func delete(_ partition: TopicPartition, now: Timestamp) throws {
        guard let log = logs.removeValue(forKey: partition) else { return }
        for segment in log.segments { segment.close() }
        let path = marked(partition, Name.delete)
        try disk.rename(log.directory, to: path)
        log.directory = path
        doomed.addPartition(path, due: now + log.config.fileDeleteDelayMs)
        cleanerOffsets[partition] = nil
        uncleanable.remove(partition)
    }

    /// Sets a partition aside that the cluster does not place here, or whose topic it does not know: its directory is
    /// renamed `-stray` and kept, as nobody can tell whether that is as it should be.
    package func setAside(_ partition: TopicPartition) throws {
        guard let log = logs[partition] else { return }
        for segment in log.segments { segment.close() }
        try disk.open(log.directory + "/" + Name.departed, .create).close()
        // Before the new name is: a power loss that left the name without it would let the checkpoints be believed.
        try disk.syncDirectory(log.directory)
        let path = marked(partition, Name.stray)
        try disk.rename(log.directory, to: path)
        logs[partition] = nil
        cleanerOffsets[partition] = nil
        uncleanable.remove(partition)
        doomed.addPartition(path + "/" + Name.departed, due: 0)
        report(.warning, "\(partition): no partition of this broker, set aside as \(path.lastPathComponent)")
    }

    /// Where a partition's directory goes that is not served any more. Long topic names are cut, as no name may be
    /// longer than 255 bytes.
    private func marked(_ partition: TopicPartition, _ mark: String) -> String {
        let text = String(random.next(), radix: 16) + String(random.next(), radix: 16)
        let digits = String(repeating: "0", count: max(0, Self.markDigits - text.utf8.count)) + text
        return directory + "/" + "\(partition)".prefix(Self.keptOfName) + "." + digits + mark
    }

    private static let markDigits = 32
    /// As many characters of a partition's name are left when it is marked.
    private static let keptOfName = 255 - 1 - markDigits - Name.delete.utf8.count

    // MARK: Moving

    /// Hands out the partitions that a move was copying here when the process ended before, once; what was copied goes when
    /// `goOn` has been through all of them.
    package func takeInterrupted(now: Timestamp, _ goOn: (TopicPartition) -> Void) {
        for (partition, _) in interrupted { goOn(partition) }
        for (_, copy) in interrupted { doomed.add(retired(copy), due: now) }
        interrupted = []
    }

    /// An empty log beside the partitions here, to become a copy of one in another directory.
    package func openCopy(of original: Log, now: Timestamp) throws -> Log {
        let partition = original.topicPartition
        let copy = try LogLoader(
            topicPartition: partition, directory: marked(partition, Name.future), disk: disk, config: original.config,
            clean: true, recoveryPoint: 0, logStart: 0, now: now, report: report
        ).load()
        if let id = original.topicID { try copy.setTopicID(id) }
        let start = try original.copyStart()
        if start > 0 { try copy.restart(at: start, now: now) }
        return copy
    }

    /// Removes a copy that is not wanted any more.
    package func discard(_ copy: Log, now: Timestamp) {
        for segment in copy.segments { segment.close() }
        copy.directory = retired(copy.directory)
        doomed.add(copy.directory, due: now)
    }

    /// Renames a copy that is no longer to become anything: as long as it bears its name, a start takes the move for
    /// interrupted and begins it again.
    private func retired(_ copy: String) -> String {
        let path = String(copy.dropLast(Name.future.count)) + Name.delete
        do {
            try disk.rename(copy, to: path)
            return path
        } catch {
            report(.error, "a copy that is not wanted keeps its name, and a start may begin its move again: \(error)")
            return copy
        }
    }

    /// Gives a complete copy of `original` its place among the partitions here.
    func install(_ copy: Log, as original: Log, now: Timestamp) throws -> Log {
        let partition = original.topicPartition
        copy.adopt(original)
        try copy.close(now: now)
        let path = directory + "/\(partition)"
        try disk.rename(copy.directory, to: path)
        let log = try LogLoader(
            topicPartition: partition, directory: path, disk: disk, config: original.config, clean: true,
            recoveryPoint: copy.recoveryPoint, logStart: copy.logStartOffset, now: now, report: report
        ).load()
        log.adopt(original)
        logs[partition] = log
        return log
    }

    // MARK: Housekeeping

    private func job(_ name: String, _ offsets: [TopicPartition: Offset]) -> CheckpointJob {
        CheckpointJob(path: directory + "/" + name, offsets: offsets, departures: doomed.departures)
    }

    /// The writing of recovery points and log starts (Kafka: each minute).
    package func offsetCheckpoints() -> [CheckpointJob] {
        let raised = logs.filter { $0.value.logStartOffset > $0.value.segments[0].baseOffset }
        let jobs = [
            job(Name.recoveryPoints, logs.mapValues(\.recoveryPoint)),
            job(Name.logStarts, raised.mapValues(\.logStartOffset)),
        ]
        return doomed.isBehind(directory + "/" + Name.cleaner) ? jobs + [job(Name.cleaner, cleanerOffsets)] : jobs
    }

    /// The writing of the high watermarks, when one has changed (Kafka: each five seconds).
    package func highWatermarkCheckpoint() -> CheckpointJob? {
        let current = logs.mapValues(\.highWatermark)
        guard current != highWatermarks || doomed.isBehind(directory + "/" + Name.highWatermarks) else { return nil }
        return job(Name.highWatermarks, current)
    }

    /// A checkpoint has been written.
    package func checkpointed(_ job: CheckpointJob) {
        doomed.written(job)
        if job.path == directory + "/" + Name.highWatermarks { highWatermarks = job.offsets }
    }

    /// Notes up to where a log is compacted; the result is to be written.
    func setCleanerOffset(_ offset: Offset, of partition: TopicPartition) -> CheckpointJob {
        cleanerOffsets[partition] = offset
        cleanerOffsets = cleanerOffsets.filter { logs[$0.key] != nil }
        return job(Name.cleaner, cleanerOffsets)
    }

    func setUncleanable(_ partition: TopicPartition, _ reason: String) {
        uncleanable.insert(partition)
        report(.error, "\(partition): not compacted until the next start: \(reason)")
    }

    /// Hands out the removal of everything whose delay is over.
    package func dueDeletions(now: Timestamp) -> DeleteJob {
        let checkpoints = [Name.recoveryPoints, Name.logStarts, Name.highWatermarks, Name.cleaner]
        var paths = doomed.due(now: now, checkpoints: checkpoints.map { directory + "/" + $0 })
        for log in logs.values { paths += log.dueDeletions(now: now).paths }
        return DeleteJob(paths: paths)
    }

    /// Closes the descriptors of logs that were not used since `before`.
    package func closeIdle(since before: Timestamp) {
        for log in logs.values { log.closeIfIdle(since: before) }
    }

    /// Syncs everything, writes all checkpoints and the marker of an orderly stop, and gives the directory free.
    ///
    /// A partition that cannot be closed is reported, and then the marker is left out: the next start recovers.
    package func close(brokerEpoch: Int64, now: Timestamp) throws {
        var orderly = true
        for log in logs.values {
            do { try log.close(now: now) } catch {
                orderly = false
                report(.error, "\(log.topicPartition): not closed in order: \(error)")
            }
        }
        for job in offsetCheckpoints() { try job.run(disk) }
        if let job = highWatermarkCheckpoint() { try job.run(disk) }
        if orderly {
            let marker = ByteBuffer(string: "{\"version\":0,\"brokerEpoch\":\(brokerEpoch)}")
            try disk.replace(directory + "/" + Name.cleanShutdown, with: marker, durable: true)
        }
        lock.release()
    }
}
