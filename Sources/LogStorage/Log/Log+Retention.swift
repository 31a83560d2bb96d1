import KafkaProtocol

/// Removal of files that are no part of any log any more: blocking work for a pool thread.
package struct DeleteJob: Sendable {
    let paths: [String]

    package var isEmpty: Bool { paths.isEmpty }

    /// Removes all that can be removed; returns what went wrong, for the broker's log.
    package func run(_ disk: some Disk) -> [DiskError] {
        var failures: [DiskError] = []
        for path in paths {
            do throws(DiskError) { try disk.remove(path) } catch { failures.append(error) }
        }
        return failures
    }
}

extension Log {
    /// Drops segments that lie below the log start, exceed `retention.bytes` or are older than `retention.ms`; never
    /// beyond the high watermark. Their files are renamed now and removed after `file.delete.delay.ms`.
    ///
    /// - Returns: the bytes dropped.
    @discardableResult
    package func applyRetention(now: Timestamp) throws -> Int64 {
        var dropped = try drop(while: { index in endOffset(ofSegment: index) <= logStartOffset }, "log start", now)
        guard config.deletes else { return dropped }
        if config.retentionBytes >= 0 {
            var excess = sizeInBytes - config.retentionBytes
            dropped += try drop(
                while: { index in
                    guard excess >= segments[index].size else { return false }
                    excess -= segments[index].size
                    return true
                }, "retention.bytes", now)
        }
        if config.retentionMs >= 0 {
            dropped += try drop(
                while: { index in now - newestTimestamp(of: segments[index]) > config.retentionMs }, "retention.ms", now
            )
        }
        return dropped
    }

    /// The largest record timestamp, or when none has one the time of the last write.
    private func newestTimestamp(of segment: Segment) -> Timestamp {
        if segment.largest.timestamp >= 0 { return segment.largest.timestamp }
        return (try? disk.status(segment.path(LogFileName.log)))??.modified ?? segment.created
    }

    private func drop(while qualifies: (Int) -> Bool, _ reason: String, _ now: Timestamp) throws -> Int64 {
        var count = 0
        while count < segments.count {
            let segment = segments[count]
            let isActive = count == segments.count - 1
            guard endOffset(ofSegment: count) <= highWatermark, !(isActive && segment.size == 0) else { break }
            guard qualifies(count) else { break }
            count += 1
        }
        guard count > 0 else { return 0 }
        if count == segments.count { try roll(to: logEndOffset, now: now) }
        // Rolling drops an empty segment itself, so there are at least as many as counted before the new one.
        let dropped = Array(segments[..<min(count, segments.count - 1)])
        segments.removeFirst(dropped.count)
        generation += 1
        let bytes = dropped.reduce(0) { $0 + $1.size }
        doom(dropped, now: now)
        logStartOffset = max(logStartOffset, segments[0].baseOffset)
        epochsChanged = epochs.truncate(fromStart: logStartOffset) || epochsChanged
        let newest = snapshots.last
        for snapshot in snapshots where snapshot <= logStartOffset && snapshot != newest { removeSnapshot(snapshot) }
        snapshots = snapshots.filter { $0 > logStartOffset || $0 == newest }
        report(
            .info,
            "\(topicPartition): dropped \(dropped.count) segments (\(bytes) bytes) by \(reason), starts at \(logStartOffset)"
        )
        return bytes
    }

    /// Renames the files of segments so that a restart removes them, and notes when they may go.
    func doom(_ dropped: [Segment], now: Timestamp) {
        for segment in dropped {
            segment.close()
            for suffix in LogFileName.segmentSuffixes {
                let path = segment.path(suffix)
                do throws(DiskError) {
                    try disk.rename(path, to: path + LogFileName.deleted)
                    doomed.append((path + LogFileName.deleted, now + config.fileDeleteDelayMs))
                } catch {
                    if error.kind != .notFound { report(.error, "\(topicPartition): \(error)") }
                }
            }
        }
    }

    /// Hands out the removal of files whose delay is over.
    package func dueDeletions(now: Timestamp) -> DeleteJob {
        guard !doomed.isEmpty else { return DeleteJob(paths: []) }
        let due = doomed.filter { $0.due <= now }.map(\.path)
        doomed.removeAll { $0.due <= now }
        return DeleteJob(paths: due)
    }
}
