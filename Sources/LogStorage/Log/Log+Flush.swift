import KafkaProtocol

/// The syncing of a log's files up to an offset: blocking work for a pool thread, which touches nothing of the log.
package struct FlushJob: Sendable {
    package let topicPartition: TopicPartition
    /// Everything below is durable after `run`.
    package let upTo: Offset
    let directory: String
    let paths: [String]
    /// Whether files may be new, so that their names must be made durable too.
    let syncsNames: Bool

    /// Syncs contents, then names. Files that were deleted meanwhile need none.
    package func run(_ disk: some Disk) throws(DiskError) {
        for path in paths {
            do throws(DiskError) {
                let file = try disk.open(path, .readOnly)
                defer { file.close() }
                try file.sync()
            } catch {
                guard error.kind == .notFound else { throw error }
            }
        }
        if syncsNames { try disk.syncDirectory(directory) }
    }
}

/// What a flush makes durable.
package enum FlushScope: Sendable {
    case everything
    /// All but the segment that is appended to, as the background flush after a roll does.
    case closedSegments
    /// The batches alone, for a log whose other files are made anew from them at every start.
    case batches
}

extension Log {
    /// Appended records that are not known to be durable.
    package var unflushed: Int64 { logEndOffset - recoveryPoint }

    /// Whether `flush.ms` asks for a flush, or `flush.messages` does that was set after the last append.
    package func needsFlush(now: Timestamp) -> Bool {
        unflushed > 0 && (unflushed >= config.flushMessages || now - lastFlush >= config.flushMs)
    }

    /// The work of making the log durable; nil when it is.
    package func flushJob(_ scope: FlushScope = .everything) -> FlushJob? {
        let upTo = scope == .closedSegments ? active.baseOffset : logEndOffset
        guard upTo > recoveryPoint else { return nil }
        var paths: [String] = []
        // A segment of which nothing is durable may be new.
        var syncsNames = scope != .batches
        for (index, segment) in segments.enumerated()
        where endOffset(ofSegment: index) > recoveryPoint && segment.baseOffset < upTo {
            let suffixes = scope == .batches ? [LogFileName.log] : LogFileName.segmentSuffixes
            paths += suffixes.map { segment.path($0) }
            syncsNames = syncsNames || segment.baseOffset >= recoveryPoint
        }
        if scope != .batches { paths += sideFiles(upTo: upTo) }
        return FlushJob(
            topicPartition: topicPartition, upTo: upTo, directory: directory, paths: paths, syncsNames: syncsNames)
    }

    private func sideFiles(upTo end: Offset) -> [String] {
        writeEpochs(durable: false)
        let unsynced = snapshots.filter { $0 > recoveryPoint && $0 <= end }
        let names = unsynced.map { LogFileName.name($0, LogFileName.snapshot) }
        return ([LogFileName.epochs, LogFileName.metadata, LogFileName.abortedCounts] + names).map {
            directory + "/" + $0
        }
    }

    /// Takes note that a flush job has run.
    package func flushed(upTo offset: Offset, now: Timestamp) {
        recoveryPoint = max(recoveryPoint, min(offset, logEndOffset))
        lastFlush = now
    }

    /// Makes the log durable before returning.
    package func flush(now: Timestamp) throws {
        guard let job = flushJob() else { return }
        try run(job)
        flushed(upTo: job.upTo, now: now)
    }

    private func run(_ job: FlushJob) throws(DiskError) { try job.run(disk) }

    /// Completes indexes and snapshots, syncs, and closes all files. The log may not be used any more.
    package func close(now: Timestamp) throws {
        try finishTruncation(now: now)
        try active.addTimeEntry()
        saveProducers()
        writeEpochs(durable: false)
        writeAbortedCounts()
        if config.preallocates { active.giveBackRoom() }
        try flush(now: now)
        for segment in segments { segment.close() }
    }
}
