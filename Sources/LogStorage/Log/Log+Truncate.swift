import KafkaProtocol

extension Log {
    /// Drops every record from `offset` on, as a follower does whose leader has others there.
    ///
    /// Below the first segment everything goes and the log starts anew at `offset`. What fails half-way leaves a log
    /// without holes that takes nothing more until the rest is done, here or with the next append.
    package func truncate(to offset: Offset, now: Timestamp) throws {
        guard offset < logEndOffset || unfinishedTruncation != nil else { return }
        guard offset >= segments[0].baseOffset else { return try restart(at: offset, now: now) }
        let target = min(offset, unfinishedTruncation ?? offset)
        generation += 1
        used(now)
        unfinishedTruncation = target
        let wasSynced = target < recoveryPoint || target <= active.baseOffset
        do {
            try dropSegments(keeping: (segmentIndex(for: target) ?? 0) + 1, now: now)
            // A batch goes as a whole, so the log may end before `target`.
            let end = min(target, try active.find(target)?.header.baseOffset ?? target)
            try active.truncate(to: target)
            shorten(to: end)
            // With the power the old records could come back behind new ones, where nothing is verified.
            if wasSynced { try syncCut() }
            try rebuildProducers(notAbove: end)
        } catch {
            settle()
            throw error
        }
        unfinishedTruncation = nil
    }

    /// Drops everything and starts anew at `offset`, where a follower has fallen behind its leader's log start. What fails
    /// half-way leaves the begin of the log, or an empty one.
    package func restart(at offset: Offset, now: Timestamp) throws {
        generation += 1
        used(now)
        do {
            try dropSegments(keeping: 1, now: now)
            try active.truncate(toOffset: active.baseOffset, position: 0)
            shorten(to: active.baseOffset)
            try move(to: offset, now: now)
            try disk.syncDirectory(directory)
        } catch {
            settle()
            throw error
        }
        unfinishedTruncation = nil
        logStartOffset = offset
        logEndOffset = offset
        shorten(to: offset)
        for snapshot in snapshots { removeSnapshot(snapshot) }
        snapshots = []
        producers.reset(to: [], endOffset: offset)
    }

    private func syncCut() throws {
        try active.opened().sync()
        try disk.syncDirectory(directory)
    }

    /// Lets a log whose only segment is empty begin at another offset.
    private func move(to offset: Offset, now: Timestamp) throws {
        let old = active
        guard old.baseOffset != offset else { return }
        let new = try Segment(disk, directory, base: offset, sizes: [:], now: now)
        // The old one first: of two, it would look cut short to a start in between. It is made again when it is used.
        try doom(old, now: now)
        try new.create(config)
        segments = [new]
    }

    /// Drops segments from the end, the last one first: whenever that ends, what is left has no holes.
    func dropSegments(keeping count: Int, now: Timestamp) throws {
        while segments.count > count {
            let last = active
            try doom(last, now: now)
            segments.removeLast()
        }
    }

    /// Takes the log for what is left of it, after something went wrong.
    private func settle() {
        shorten(to: min(logEndOffset, (try? active.endOffset()) ?? logEndOffset))
        do { try rebuildProducers(notAbove: logEndOffset) } catch {
            report(.error, "\(topicPartition): producers are known in part only: \(error)")
            producers.endOffset = logEndOffset
        }
    }

    /// Does what a truncation has left undone.
    func finishTruncation(now: Timestamp) throws {
        if let unfinishedTruncation { try truncate(to: unfinishedTruncation, now: now) }
    }

    private func shorten(to end: Offset) {
        logEndOffset = end
        logStartOffset = min(logStartOffset, end)
        recoveryPoint = min(recoveryPoint, end)
        epochsChanged = epochs.truncate(fromEnd: end) || epochsChanged
        highWatermark = min(max(highWatermark, logStartOffset), end)
        // The files must not promise what the log has no more.
        writeEpochs(durable: false)
        writeAbortedCounts()
    }

    // MARK: Saved state

    /// Writes the leader epochs when they changed.
    func writeEpochs(durable: Bool) {
        guard epochsChanged else { return }
        do {
            try EpochCheckpoint.write(epochs, disk, directory + "/" + LogFileName.epochs, durable: durable)
            epochsChanged = false
        } catch {
            report(.error, "\(topicPartition): leader epochs not saved: \(error)")
        }
    }

    /// Writes how many aborted transactions each segment knows, when that changed.
    func writeAbortedCounts() {
        let known = segments.map { ($0.baseOffset, $0.abortedIndex.count) }
        let counts = Dictionary(uniqueKeysWithValues: known).filter { $0.value > 0 }
        guard counts != abortedCounts else { return }
        do {
            try AbortedCountCheckpoint.write(counts, disk, directory + "/" + LogFileName.abortedCounts)
            abortedCounts = counts
        } catch {
            report(.error, "\(topicPartition): the counts of aborted transactions are not saved: \(error)")
        }
    }

    /// Writes a producer snapshot of the log end, so that a restart need not read the log for it.
    func saveProducers() {
        guard logEndOffset > logStartOffset, snapshots.last != logEndOffset, producers.endOffset == logEndOffset
        else { return }
        do {
            let path = directory + "/" + LogFileName.name(logEndOffset, LogFileName.snapshot)
            // Its checksum tells a torn one; the flush of the segment makes it durable.
            try disk.replace(path, with: ProducerSnapshot.encode(producers.active), durable: false)
            snapshots.append(logEndOffset)
        } catch {
            report(.error, "\(topicPartition): producer snapshot not saved: \(error)")
        }
    }

    /// Loads the newest usable snapshot and replays the log from there to its end.
    ///
    /// - Parameters:
    ///   - limit: snapshots beyond it are dropped: what they saw is gone or in doubt.
    ///   - abortedFrom: aborted transactions whose markers lie at or beyond are entered in the index again.
    func rebuildProducers(notAbove limit: Offset, abortedFrom: Offset = .max) throws {
        for snapshot in snapshots where snapshot > limit || snapshot <= logStartOffset { removeSnapshot(snapshot) }
        snapshots.removeAll { $0 > limit || $0 <= logStartOffset }
        producers.reset(to: [], endOffset: logStartOffset)
        while let newest = snapshots.last {
            let path = directory + "/" + LogFileName.name(newest, LogFileName.snapshot)
            do {
                guard let content = try disk.contents(path, limit: StorageLimits.producerSnapshotBytes) else {
                    throw StorageError.corruptFile(path, "missing")
                }
                producers.reset(to: try ProducerSnapshot.decode(content, path: path), endOffset: newest)
                break
            } catch {
                report(.warning, "\(topicPartition): \(error); an older snapshot or the log itself is used")
                removeSnapshot(newest)
                snapshots.removeLast()
            }
        }
        try replay(from: producers.endOffset, into: &producers, abortedFrom: abortedFrom)
        producers.endOffset = logEndOffset
        producers.highWatermarkAdvanced(to: highWatermark)
    }

    /// Looks for the aborted transactions of all segments anew. Of one that begins before the log it is not known.
    func rebuildAborted() throws {
        for segment in segments { try segment.abortedIndex.clear() }
        var states = ProducerStates()
        try replay(from: segments[0].baseOffset, into: &states, abortedFrom: 0)
    }

    private func replay(from start: Offset, into states: inout ProducerStates, abortedFrom: Offset) throws {
        guard start < logEndOffset, let first = segmentIndex(for: start) else { return }
        for segment in segments[first...] {
            let position = segment.baseOffset >= start ? 0 : try segment.find(start)?.position ?? segment.size
            var walker = try segment.walk(from: position, chunkSize: 64 << 10)
            while let (header, position) = try walker.next() {
                guard header.hasProducerID, header.baseOffset >= start else { continue }
                var append = ProducerAppend(origin: .replication, proof: nil)
                if header.attributes.isControl {
                    let bytes = try segment.opened().read(at: position, count: header.sizeInBytes)
                    guard let marker = try header.marker(at: bytes.readerIndex, in: bytes) else { continue }
                    try append.end(header, with: marker, in: states)
                } else {
                    _ = try append.add(header, to: states)
                }
                for aborted in append.commit(to: &states) where aborted.lastOffset >= abortedFrom {
                    try segment.abortedIndex.append(aborted)
                }
            }
        }
    }

    func removeSnapshot(_ offset: Offset) {
        try? disk.remove(directory + "/" + LogFileName.name(offset, LogFileName.snapshot))
    }
}
