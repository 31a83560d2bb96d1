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
        count = min(count, segments.count - 1)
        generation += 1
        var bytes: Int64 = 0
        for _ in 0..<count {
            let first = segments[0]
            try doom(first, now: now)
            segments.removeFirst()
            bytes += first.size
            raise()
        }
        report(
            .info,
            "\(topicPartition): dropped \(count) segments (\(bytes) bytes) by \(reason), starts at \(logStartOffset)")
        return bytes
    }

    /// Lets the log begin where its first segment does.
    private func raise() {
        logStartOffset = max(logStartOffset, segments[0].baseOffset)
        epochsChanged = epochs.truncate(fromStart: logStartOffset) || epochsChanged
        let newest = snapshots.last
        for snapshot in snapshots where snapshot <= logStartOffset && snapshot != newest { removeSnapshot(snapshot) }
        snapshots = snapshots.filter { $0 > logStartOffset || $0 == newest }
    }

    /// Renames the files of a segment so that a restart removes them, and notes when they may go. Files that cannot be
    /// renamed go at once, as they would be part of the log again.
    ///
    /// - Throws: when the `.log` file stays; the segment is then whole.
    func doom(_ segment: Segment, now: Timestamp) throws {
        segment.close()
        // The log first: without it the others are nothing.
        for suffix in LogFileName.segmentSuffixes {
            let path = segment.path(suffix)
            do throws(DiskError) {
                try disk.rename(path, to: path + LogFileName.deleted)
                doomed.append((path + LogFileName.deleted, now + config.fileDeleteDelayMs))
            } catch {
                guard error.kind != .notFound else { continue }
                report(.error, "\(topicPartition): \(error)")
                do { try disk.remove(path) } catch { if suffix == LogFileName.log { throw error } }
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
