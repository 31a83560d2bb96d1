import KafkaProtocol

/// The syncing of a log's files up to an offset: blocking work for a pool thread, which touches nothing of the log.
package struct FlushJob: Sendable {
    package let topicPartition: TopicPartition
    /// Everything below is durable after `run`.
    package let upTo: Offset
    let directory: String
    let paths: [String]

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
        try disk.syncDirectory(directory)
    }
}

extension Log {
    /// Appended records that are not known to be durable.
    package var unflushed: Int64 { logEndOffset - recoveryPoint }

    /// Whether `flush.messages` or `flush.ms` asks for a flush.
    package func needsFlush(now: Timestamp) -> Bool {
        unflushed > 0 && (unflushed >= config.flushMessages || now - lastFlush >= config.flushMs)
    }

    /// The work of making the log durable; nil when it is.
    ///
    /// - Parameter closedOnly: leave the segment that is appended to out, as the background flush after a roll does.
    package func flushJob(closedOnly: Bool = false) -> FlushJob? {
        let upTo = closedOnly ? active.baseOffset : logEndOffset
        guard upTo > recoveryPoint else { return nil }
        writeEpochs(durable: false)
        var paths = [LogFileName.epochs, LogFileName.metadata].map { directory + "/" + $0 }
        for (index, segment) in segments.enumerated()
        where endOffset(ofSegment: index) > recoveryPoint && segment.baseOffset < upTo {
            paths += LogFileName.segmentSuffixes.map { segment.path($0) }
        }
        for snapshot in snapshots where snapshot > recoveryPoint && snapshot <= upTo {
            paths.append(directory + "/" + LogFileName.name(snapshot, LogFileName.snapshot))
        }
        return FlushJob(topicPartition: topicPartition, upTo: upTo, directory: directory, paths: paths)
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
        try active.addTimeEntry()
        saveProducers()
        writeEpochs(durable: false)
        try flush(now: now)
        for segment in segments { segment.close() }
    }
}
