import KafkaProtocol

/// How much of a log could be compacted.
struct Cleanable: Equatable {
    /// Where the part that no round has seen begins.
    var dirtyStart: Offset
    /// The first offset that must not be compacted yet.
    var upperBound: Offset
    var cleanBytes: Int64
    var dirtyBytes: Int64

    var dirtyRatio: Double {
        dirtyBytes == 0 ? 0 : Double(dirtyBytes) / Double(cleanBytes + dirtyBytes)
    }
}

extension Log {
    /// What could be compacted, when the last round ended at `checkpoint`; nil when nothing is due.
    func cleanable(checkpoint: Offset?, now: Timestamp) -> Cleanable? {
        guard config.compacts else { return nil }
        var start = checkpoint ?? logStartOffset
        if start < logStartOffset || start > logEndOffset { start = logStartOffset }
        // Only what is durable: a record must not go for a newer one that the next loss of power takes.
        var upper = min(lastStableOffset, active.baseOffset, recoveryPoint)
        let closed = segments.dropLast()
        if config.minCompactionLagMs > 0 {
            let young = closed.first {
                $0.baseOffset >= start && $0.largest.timestamp > now - config.minCompactionLagMs
            }
            upper = min(upper, young?.baseOffset ?? upper)
        }
        guard upper > start else { return nil }
        var result = Cleanable(dirtyStart: start, upperBound: upper, cleanBytes: 0, dirtyBytes: 0)
        var oldestDirty: Timestamp?
        for (index, segment) in closed.enumerated() where segment.baseOffset < upper {
            if endOffset(ofSegment: index) <= start {
                result.cleanBytes += segment.size
            } else {
                result.dirtyBytes += segment.size
                if oldestDirty == nil { oldestDirty = segment.firstTimestamp }
            }
        }
        guard result.dirtyBytes > 0 else { return nil }
        let isOverdue =
            config.maxCompactionLagMs < .max && (oldestDirty.map { now - $0 > config.maxCompactionLagMs } ?? false)
        return isOverdue || result.dirtyRatio > config.minCleanableDirtyRatio ? result : nil
    }

    /// The work for a pool thread.
    func cleanJob(_ cleanable: Cleanable, now: Timestamp) throws -> CleanJob {
        var sources: [CleanJob.Source] = []
        for (index, segment) in segments.dropLast().enumerated() where segment.baseOffset < cleanable.upperBound {
            var sizes: [String: Int64] = [:]
            for suffix in LogFileName.segmentSuffixes {
                if let size = try disk.status(segment.path(suffix))?.size { sizes[suffix] = size }
            }
            sizes[LogFileName.log] = segment.size
            let modified = try disk.status(segment.path(LogFileName.log))?.modified ?? now
            sources.append(
                CleanJob.Source(
                    base: segment.baseOffset, end: endOffset(ofSegment: index), sizes: sizes, modified: modified))
        }
        return CleanJob(
            topicPartition: topicPartition, directory: directory, generation: generation, sources: sources,
            logStart: logStartOffset, dirtyStart: cleanable.dirtyStart, upperBound: cleanable.upperBound,
            aborted: abortedTransactions(from: segments[0].baseOffset, upTo: cleanable.upperBound),
            producerEnds: Set(producers.active.compactMap { $0.batches.last?.lastOffset }), config: config, now: now)
    }

    /// Puts a round's output in the place of the segments it covers.
    ///
    /// Safe against a crash at any point: once the output's `.log` is called `.swap`, a start finishes the exchange;
    /// before, it drops the output.
    ///
    /// - Returns: false when the log has changed meanwhile and the output was thrown away.
    func replace(with result: CleanResult, of job: CleanJob, now: Timestamp) throws -> Bool {
        guard generation == job.generation, directory == job.directory else {
            for replacement in result.replacements { try discard(replacement) }
            return false
        }
        generation += 1
        defer { writeAbortedCounts() }
        for replacement in result.replacements { try exchange(replacement, now: now) }
        return true
    }

    private func discard(_ replacement: CleanResult.Replacement) throws {
        for suffix in LogFileName.segmentSuffixes {
            try disk.remove(directory + "/" + LogFileName.name(replacement.base, suffix + LogFileName.cleaned))
        }
    }

    private func exchange(_ replacement: CleanResult.Replacement, now: Timestamp) throws {
        func path(_ suffix: String, _ mark: String) -> String {
            directory + "/" + LogFileName.name(replacement.base, suffix + mark)
        }
        // The log comes last: its name says that the output is whole.
        let suffixes = LogFileName.segmentSuffixes.reversed().filter { replacement.sizes[$0] != nil }
        for suffix in suffixes {
            try disk.rename(path(suffix, LogFileName.cleaned), to: path(suffix, LogFileName.swap))
        }
        let covered = Set(replacement.covers)
        guard let first = segments.firstIndex(where: { covered.contains($0.baseOffset) }) else { return }
        let old = segments.filter { covered.contains($0.baseOffset) }
        for segment in old { try doom(segment, now: now) }
        for suffix in suffixes { try insist { try disk.rename(path(suffix, LogFileName.swap), to: path(suffix, "")) } }
        let new = try Segment(disk, directory, base: replacement.base, sizes: replacement.sizes, now: now)
        try new.loadTimestamps()
        new.close()
        segments.removeAll { covered.contains($0.baseOffset) }
        segments.insert(new, at: first)
    }

    /// Tries again what must not stay undone: the segments that it replaces are gone, and only a start would finish it.
    private func insist(_ body: () throws -> Void) throws {
        do { try body() } catch {
            report(.error, "\(topicPartition): \(error); tried again")
            try body()
        }
    }
}
