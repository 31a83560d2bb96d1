import KafkaProtocol
import KafkaRecords

/// Opens a partition's directory: trusts it after an orderly stop, else recovers what was written since the last flush.
struct LogLoader {
    let topicPartition: TopicPartition
    let directory: String
    let disk: any Disk
    let config: LogConfig
    /// Whether the process that wrote the directory stopped in order.
    let clean: Bool
    let recoveryPoint: Offset
    let logStart: Offset
    /// Below, the compaction of earlier versions may have left holes between segments.
    var cleanedUpTo: Offset = 0
    /// What is known to have been synced: to find less is an error, and what is cut off behind it is no news.
    var syncedEnd: Offset?
    let now: Timestamp
    let report: StorageReport

    /// The files of a directory by base offset and suffix, with their sizes.
    private typealias Files = [Offset: [String: Int64]]

    func load() throws -> Log {
        try disk.createDirectory(directory)
        var (files, snapshots) = try inventory()
        try removeOrphans(&files)
        var segments: [Segment] = []
        for (base, sizes) in files.sorted(by: { $0.key < $1.key }) { segments.append(try open(base, sizes)) }
        if segments.isEmpty {
            let first = try Segment(disk, directory, base: logStart, sizes: [:], now: now)
            try first.create(config)
            segments = [first]
        }
        let epochs = epochs()
        let log = Log(
            topicPartition, directory: directory, disk: disk, config: config, segments: segments,
            epochs: epochs ?? LeaderEpochs(), now: now, report: report)
        log.snapshots = snapshots.sorted()
        log.topicID = try topicID()
        try settle(log, knowsEpochs: epochs != nil)
        return log
    }

    // MARK: Files

    private func inventory() throws -> (Files, snapshots: [Offset]) {
        var files: Files = [:]
        var snapshots: [Offset] = []
        var swaps: [Offset] = []
        for name in try disk.list(directory) {
            let path = directory + "/" + name
            if [LogFileName.deleted, LogFileName.cleaned, ".tmp"].contains(where: name.hasSuffix) {
                try disk.remove(path)
            } else if let (offset, suffix) = LogFileName.parse(name) {
                if suffix == LogFileName.log + LogFileName.swap {
                    swaps.append(offset)
                } else if suffix == LogFileName.snapshot {
                    snapshots.append(offset)
                } else if LogFileName.segmentSuffixes.contains(suffix) {
                    files[offset, default: [:]][suffix] = try disk.status(path)?.size ?? 0
                }
            }
        }
        for base in swaps.sorted() { try finishSwap(base, &files) }
        return (files, snapshots)
    }

    /// Completes a compaction that was cut short after its output was whole: the segments it covers go, the output takes
    /// their place. Its indexes are made anew where they were not in place yet.
    private func finishSwap(_ base: Offset, _ files: inout Files) throws {
        let name = LogFileName.name(base, LogFileName.log)
        let path = directory + "/" + name + LogFileName.swap
        let size = try disk.status(path)?.size ?? 0
        let file = try disk.open(path, .readOnly)
        defer { file.close() }
        var walker = SegmentWalker(file, path, base: base, from: 0, to: size)
        var end = base + 1
        do {
            while let (header, _) = try walker.next() { end = header.nextOffset }
        } catch let error as StorageError {
            report(.error, "\(topicPartition): compaction output set aside: \(error)")
            return try disk.remove(path)
        }
        for covered in files.keys.filter({ $0 >= base && $0 < end }) {
            for suffix in LogFileName.segmentSuffixes {
                try disk.remove(directory + "/" + LogFileName.name(covered, suffix))
            }
            files[covered] = nil
        }
        for suffix in LogFileName.segmentSuffixes where suffix != LogFileName.log {
            try disk.remove(directory + "/" + LogFileName.name(base, suffix) + LogFileName.swap)
        }
        try disk.rename(path, to: directory + "/" + name)
        files[base] = [LogFileName.log: size]
        report(.info, "\(topicPartition): finished the compaction of \(base)..<\(end)")
    }

    /// Removes indexes without a segment.
    private func removeOrphans(_ files: inout Files) throws {
        for (base, sizes) in files where sizes[LogFileName.log] == nil {
            for suffix in sizes.keys { try disk.remove(directory + "/" + LogFileName.name(base, suffix)) }
            files[base] = nil
        }
    }

    /// Opens a segment; indexes that cannot be right are removed and made anew.
    private func open(_ base: Offset, _ sizes: [String: Int64]) throws -> Segment {
        do {
            let segment = try Segment(disk, directory, base: base, sizes: sizes, now: now)
            // An index that should have entries and has none was lost or never written.
            let isThere = segment.size <= Int64(config.indexIntervalBytes) || segment.offsetIndex.count > 0
            if isThere, segment.hasTrueIndexes() { return segment }
            if isThere {
                throw StorageError.corruptFile(segment.path(LogFileName.offsetIndex), "it does not fit the batches")
            }
        } catch let error as StorageError {
            report(.warning, "\(topicPartition): \(error); the index is made anew")
        }
        for suffix in [LogFileName.offsetIndex, LogFileName.timeIndex] {
            try disk.remove(directory + "/" + LogFileName.name(base, suffix))
        }
        let kept = sizes.filter { $0.key == LogFileName.log || $0.key == LogFileName.abortedIndex }
        let segment = try Segment(disk, directory, base: base, sizes: kept, now: now)
        do {
            try segment.rebuildIndexes(indexInterval: config.indexIntervalBytes)
        } catch let error as StorageError {
            // Found again, and dealt with, when the segment is recovered or read.
            report(.error, "\(topicPartition): \(error)")
        }
        return segment
    }

    /// Nil when nobody has written them down, or they cannot be read.
    private func epochs() -> LeaderEpochs? {
        let path = directory + "/" + LogFileName.epochs
        do { return try EpochCheckpoint.read(disk, path) } catch {
            report(level, "\(topicPartition): \(error); epochs are taken from the batches")
            return nil
        }
    }

    private func abortedCounts() -> [Offset: Int]? {
        do { return try AbortedCountCheckpoint.read(disk, directory + "/" + LogFileName.abortedCounts) } catch {
            report(level, "\(topicPartition): \(error); a missing index of aborted transactions would not be noticed")
            return nil
        }
    }

    /// Nil when the file is missing or damaged. That it cannot be read just now proves neither, and must not make the log
    /// one that is of no topic.
    private func topicID() throws -> TopicID? {
        do { return try PartitionMetadataFile.read(disk, directory + "/" + LogFileName.metadata) } catch {
            if let error = error as? DiskError, error.kind != .tooLarge { throw error }
            report(.warning, "\(topicPartition): \(error)")
            return nil
        }
    }

    // MARK: Offsets and state

    private func settle(_ log: Log, knowsEpochs: Bool) throws {
        var firstRecovered: Offset?
        if !clean { firstRecovered = try recover(log) }
        do {
            log.logEndOffset = try log.active.endOffset()
        } catch let error as StorageError {
            report(.error, "\(topicPartition): \(error); recovered in spite of the clean shutdown")
            firstRecovered = min(firstRecovered ?? .max, log.active.baseOffset)
            try recover(log, from: log.segments.count - 1)
            log.logEndOffset = try log.active.endOffset()
        }
        try check(log.logEndOffset, .corruptFile(log.active.path(LogFileName.log), "its end is missing"))
        for segment in log.segments { try segment.loadTimestamps() }
        if !knowsEpochs { try findEpochs(log) }
        log.logStartOffset = max(logStart, log.segments[0].baseOffset)
        if log.logEndOffset < log.logStartOffset {
            report(.warning, "\(topicPartition): ends at \(log.logEndOffset), below its start; begins anew")
            try log.restart(at: logStart, now: now)
        }
        log.epochsChanged = log.epochs.truncate(fromEnd: log.logEndOffset) || log.epochsChanged
        log.epochsChanged = log.epochs.truncate(fromStart: log.logStartOffset) || log.epochsChanged
        log.highWatermark = log.logStartOffset
        log.recoveryPoint = clean && firstRecovered == nil ? log.logEndOffset : min(recoveryPoint, log.logEndOffset)
        try loadProducers(log, firstRecovered)
        for segment in log.segments { segment.close() }
    }

    /// Takes the epochs from all batches: a log that does not know them cannot tell where another one parts from it.
    private func findEpochs(_ log: Log) throws {
        var found = LeaderEpochs()
        do {
            for segment in log.segments {
                var walker = try segment.walk(from: 0, chunkSize: 64 << 10)
                while let (header, _) = try walker.next() {
                    guard header.leaderEpoch > found.latest ?? -1 else { continue }
                    found.assign(header.leaderEpoch, start: header.baseOffset)
                }
            }
        } catch let error as StorageError {
            report(.error, "\(topicPartition): leader epochs are known in part only: \(error)")
        }
        guard found != log.epochs else { return }
        log.epochs = found
        log.epochsChanged = true
    }

    private func loadProducers(_ log: Log, _ firstRecovered: Offset?) throws {
        if clean, firstRecovered == nil, log.snapshots.isEmpty {
            // As Kafka does: a directory that never had snapshots has no idempotent producers worth a full read.
            log.producers.reset(to: [], endOffset: log.logEndOffset)
            return
        }
        do {
            try log.rebuildProducers(
                notAbove: firstRecovered ?? log.logEndOffset, abortedFrom: firstRecovered ?? .max)
        } catch let error as StorageError {
            report(.error, "\(topicPartition): producers are known in part only: \(error)")
            log.producers.endOffset = log.logEndOffset
        }
        log.producers.expire(now: now, limit: config.producerIDExpirationMs)
        removeOldSnapshots(log)
        log.abortedCounts = abortedCounts()
        let lying = try log.segments.first { segment in
            try segment.abortedIndex.count < log.abortedCounts?[segment.baseOffset] ?? 0 || !segment.hasTrueAborted()
        }
        guard let lying else { return }
        let path = lying.path(LogFileName.abortedIndex)
        report(.warning, "\(topicPartition): \(path) does not fit the batches; it is made anew")
        try log.rebuildAborted()
        log.writeAbortedCounts()
    }

    /// Keeps the snapshots at segment begins and the newest one.
    private func removeOldSnapshots(_ log: Log) {
        let bases = Set(log.segments.map(\.baseOffset))
        let newest = log.snapshots.last
        for snapshot in log.snapshots where snapshot != newest && !bases.contains(snapshot) {
            log.removeSnapshot(snapshot)
        }
        log.snapshots.removeAll { $0 != newest && !bases.contains($0) }
    }

    /// Verifies every segment with offsets at or beyond the recovery point.
    ///
    /// - Returns: the base offset of the first one.
    private func recover(_ log: Log) throws -> Offset? {
        guard
            let first = log.segments.indices.first(where: { index in
                index == log.segments.count - 1 || log.segments[index + 1].baseOffset > recoveryPoint
                    || !isContinued(log, index)
            })
        else { return nil }
        let base = log.segments[first].baseOffset
        try recover(log, from: first)
        return base
    }

    /// Whether the segment behind one goes on where it ends, and no further back in epochs: the recovery point may be of
    /// records that were cut since.
    private func isContinued(_ log: Log, _ index: Int) -> Bool {
        let next = log.segments[index + 1]
        guard next.baseOffset > cleanedUpTo else { return true }
        guard let last = try? log.segments[index].lastBatch(), last.nextOffset == next.baseOffset else { return false }
        guard next.size > 0 else { return true }
        return ((try? next.find(next.baseOffset)) ?? nil).map { $0.header.leaderEpoch >= last.leaderEpoch } ?? false
    }

    /// How grave is what `check` has let pass, and what is made anew anyway.
    private var level: ReportLevel { syncedEnd == nil ? .warning : .info }

    /// Whether the log may end at `end`.
    private func check(_ end: Offset, _ reason: StorageError) throws {
        guard let syncedEnd, end < syncedEnd else { return }
        throw StorageError.recordsLost(from: end, to: syncedEnd, "\(reason)")
    }

    /// Whether a segment begins in an earlier epoch than the one before ends in. Epochs only grow: such a segment was cut
    /// off once, and came back. An epoch that nobody has written down may be a damaged byte.
    private func isRemnant(_ log: Log, _ index: Int, _ known: LeaderEpochs) throws -> Bool {
        let segment = log.segments[index]
        guard segment.size > 0, segment.baseOffset > cleanedUpTo, let last = try log.segments[index - 1].lastBatch(),
            known.start(of: last.leaderEpoch) != nil
        else { return false }
        guard let first = try? segment.find(segment.baseOffset) else { return false }
        return first.header.leaderEpoch < last.leaderEpoch
    }

    private func recover(_ log: Log, from first: Int) throws {
        let known = log.epochs
        log.epochsChanged = log.epochs.truncate(fromEnd: log.segments[first].baseOffset) || log.epochsChanged
        for index in first..<log.segments.count {
            let segment = log.segments[index]
            if index > first, try isRemnant(log, index, known) {
                let path = segment.path(LogFileName.log)
                try check(segment.baseOffset, .corruptFile(path, "it is of an earlier epoch than what is before it"))
                report(level, "\(topicPartition): \(path) is of an earlier epoch than what is before it; dropped")
                log.hasLost = true
                return try log.dropSegments(keeping: index, now: now)
            }
            let limit = index + 1 < log.segments.count ? log.segments[index + 1].baseOffset : Offset.max
            let before = segment.size
            var end = segment.baseOffset
            let damage = try segment.recover(
                below: limit, indexInterval: config.indexIntervalBytes, mayCut: check
            ) { header in
                end = header.nextOffset
                if header.leaderEpoch > log.latestEpoch ?? -1 {
                    log.epochsChanged =
                        log.epochs.assign(header.leaderEpoch, start: header.baseOffset) || log.epochsChanged
                }
            }
            if let damage {
                report(level, "\(topicPartition): \(damage); \(before - segment.size) bytes cut off")
            } else if limit < .max, end < limit, limit > cleanedUpTo {
                // Each file loses its own tail with the power. A log with a hole would be taken for a whole one.
                try check(end, .corruptFile(segment.path(LogFileName.log), "its end is missing"))
                report(level, "\(topicPartition): the records from \(end) to \(limit) are gone")
            } else {
                continue
            }
            log.hasLost = true
            let later = log.segments.count - index - 1
            if later > 0 { report(level, "\(topicPartition): \(later) later segments dropped") }
            try log.dropSegments(keeping: index + 1, now: now)
            return
        }
    }
}
