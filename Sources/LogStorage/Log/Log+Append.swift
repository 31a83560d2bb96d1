import KafkaProtocol
import KafkaRecords
import NIOCore

/// What an append did.
package struct AppendResult: Sendable, Equatable {
    /// The offset of the first record; −1 when nothing was handed in.
    package var firstOffset: Offset
    package var lastOffset: Offset
    /// The log start at that time.
    package var logStartOffset: Offset
    /// Bytes written.
    package var bytes: Int
    /// The largest timestamp appended; −1 for none.
    package var maxTimestamp: Timestamp
    /// Nothing was written: the batch is in the log already, at these offsets, since this time.
    package var duplicateOf: Timestamp?
    /// How many batches were appended.
    package var batches: Int
    /// Whether a new segment was begun, so that there may be something to flush.
    package var rolled: Bool
}

extension Log {
    /// Appends validated batches as the partition's leader: assigns offsets from the log end on, and the leader epoch.
    ///
    /// Sizes, checksums and timestamps were checked by the caller (`KafkaRecords`); producers and sequences are checked
    /// here. A failure leaves the log as it was, unless it is one of the flush that `flush.messages` asks for: then the
    /// records are in the log, and their repetition tries to flush them again.
    ///
    /// - Parameters:
    ///   - records: whole batches; bytes shared with somebody else are copied once.
    ///   - proof: nil when transactions are not verified; a nil within when the caller holds no proof.
    /// - Throws: `StorageError.producerRefused`, `.invalidBatch`, `DiskError`.
    @discardableResult
    package func appendAsLeader(
        _ records: consuming ByteBuffer, epoch: Epoch, origin: AppendOrigin = .client,
        proof: VerificationGuard?? = nil, now: Timestamp
    ) throws -> AppendResult {
        try finishTruncation(now: now)
        var batches = records
        var plan = AppendPlan(origin: origin, proof: proof)
        var index = batches.readerIndex
        var next = logEndOffset
        while let header = try BatchHeader(in: batches, at: index) {
            RecordBatch.assign(in: &batches, at: index, baseOffset: next, partitionLeaderEpoch: epoch)
            guard let assigned = try BatchHeader(in: batches, at: index) else { break }
            if let original = try plan.add(assigned, at: index, in: batches, producers) {
                try flushIfFull(now)
                return duplicate(of: original)
            }
            index += header.sizeInBytes
            next = assigned.nextOffset
        }
        guard index == batches.writerIndex else { throw StorageError.invalidBatch("bytes after the last batch") }
        let start = logEndOffset
        let result = try write(batches, plan, now: now)
        if plan.summary != nil { epochsChanged = epochs.assign(epoch, start: start) || epochsChanged }
        try flushIfFull(now)
        return result
    }

    /// Appends batches fetched from the leader: offsets and epochs stay, and nothing is refused for its content.
    ///
    /// Checksums were checked by the caller. Batches must begin at the log end; gaps between them are fine, and an empty log
    /// that starts within a batch, up to where records were deleted, takes that batch whole.
    ///
    /// - Throws: `StorageError.unexpectedOffset`, `.invalidBatch`, `DiskError`.
    @discardableResult
    package func appendAsFollower(_ batches: ByteBuffer, now: Timestamp) throws -> AppendResult {
        let expected = logEndOffset
        try finishTruncation(now: now)
        // They were asked for before.
        guard logEndOffset == expected else {
            throw StorageError.unexpectedOffset(expected, expected: logEndOffset)
        }
        try beginEarlier(for: batches, now: now)
        var plan = AppendPlan(origin: .replication, proof: nil)
        // An epoch in which this broker led from here on and wrote nothing never was, if the leader has none of it either.
        let known = epochs.entries.last { $0.start < expected }?.epoch ?? -1
        var newEpochs: [LeaderEpochs.Entry] = []
        var index = batches.readerIndex
        var next = logEndOffset
        while let header = try BatchHeader(in: batches, at: index) {
            guard header.baseOffset >= next else {
                throw StorageError.unexpectedOffset(header.baseOffset, expected: next)
            }
            _ = try plan.add(header, at: index, in: batches, producers)
            if header.leaderEpoch > newEpochs.last?.epoch ?? known {
                newEpochs.append(LeaderEpochs.Entry(epoch: header.leaderEpoch, start: header.baseOffset))
            }
            index += header.sizeInBytes
            next = header.nextOffset
        }
        guard index == batches.writerIndex else { throw StorageError.invalidBatch("bytes after the last batch") }
        let result = try write(batches, plan, now: now)
        if plan.summary != nil { epochsChanged = epochs.truncate(fromEnd: expected) || epochsChanged }
        for entry in newEpochs { epochsChanged = epochs.assign(entry.epoch, start: entry.start) || epochsChanged }
        try flushIfFull(now)
        return result
    }

    /// Syncs, as long as the disk may take, once `flush.messages` records are not durable: nobody is answered before.
    private func flushIfFull(_ now: Timestamp) throws {
        if unflushed >= config.flushMessages { try flush(now: now) }
    }

    private func beginEarlier(for batches: ByteBuffer, now: Timestamp) throws {
        guard logStartOffset == logEndOffset, let first = try BatchHeader(in: batches, at: batches.readerIndex),
            first.baseOffset < logEndOffset, first.nextOffset > logEndOffset
        else { return }
        try restart(at: first.baseOffset, now: now)
    }

    private func duplicate(of original: ProducerBatch) -> AppendResult {
        AppendResult(
            firstOffset: original.firstOffset, lastOffset: original.lastOffset, logStartOffset: logStartOffset,
            bytes: 0, maxTimestamp: original.timestamp, duplicateOf: original.timestamp, batches: 0, rolled: false)
    }

    private func write(_ batches: ByteBuffer, _ plan: AppendPlan, now: Timestamp) throws -> AppendResult {
        guard let summary = plan.summary else {
            return AppendResult(
                firstOffset: -1, lastOffset: -1, logStartOffset: logStartOffset, bytes: 0, maxTimestamp: -1,
                duplicateOf: nil, batches: 0, rolled: false)
        }
        used(now)
        let rolled = needsRoll(for: summary, bytes: batches.readableBytes, now: now)
        if rolled {
            // Segments follow each other without a hole, so that a recovery can tell when records between them are gone.
            let isWide = summary.lastOffset - logEndOffset > Int64(Int32.max)
            try roll(to: isWide ? summary.firstOffset : logEndOffset, now: now)
        }
        try active.append(batches, summary, indexInterval: config.indexIntervalBytes)
        logEndOffset = summary.lastOffset + 1
        for aborted in plan.producers.commit(to: &producers) {
            do { try active.abortedIndex.append(aborted) } catch {
                report(.error, "\(topicPartition): aborted transaction not indexed: \(error)")
            }
        }
        producers.endOffset = logEndOffset
        return AppendResult(
            firstOffset: summary.firstOffset, lastOffset: summary.lastOffset, logStartOffset: logStartOffset,
            bytes: batches.readableBytes, maxTimestamp: summary.maxTimestamp, duplicateOf: nil, batches: plan.count,
            rolled: rolled)
    }

    // MARK: Rolling

    private func needsRoll(for summary: AppendSummary, bytes: Int, now: Timestamp) -> Bool {
        let segment = active
        guard segment.size > 0 else { return summary.lastOffset - segment.baseOffset > Int64(Int32.max) }
        if segment.size + Int64(bytes) > Int64(config.segmentBytes) { return true }
        if summary.lastOffset - segment.baseOffset > Int64(Int32.max) { return true }
        if segment.isIndexFull(limit: config.segmentIndexBytes) { return true }
        let age =
            segment.firstTimestamp.map { max(summary.maxTimestamp, $0) - $0 } ?? now - segment.created
        return age > config.segmentMs - rollJitter
    }

    /// Begins a new segment at `base`; the old one's indexes are completed and its producers saved.
    func roll(to base: Offset, now: Timestamp) throws {
        let old = active
        if old.size == 0, old.baseOffset == base { return }
        try old.addTimeEntry()
        saveProducers()
        writeAbortedCounts()
        let new = try Segment(disk, directory, base: base, sizes: [:], now: now)
        try new.create(config)
        if config.preallocates { old.giveBackRoom() }
        old.close()
        if old.size == 0 {
            // Nothing in it to keep, and a start would take it for the end of the log.
            do { try doom(old, now: now) } catch {
                new.close()
                try disk.remove(new.path(LogFileName.log))
                throw error
            }
            segments.removeLast()
        }
        segments.append(new)
        rollJitter = jitter(for: base)
    }
}

extension Log {
    /// Spreads the rolling of partitions that were filled at the same time; the same for every run.
    private func jitter(for base: Offset) -> Int64 {
        guard config.segmentJitterMs > 0 else { return 0 }
        var mixed = UInt64(bitPattern: base) ^ UInt64(UInt32(bitPattern: topicPartition.partition)) << 40
        for byte in topicPartition.topic.utf8 { mixed = (mixed ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int64(mixed >> 1) % config.segmentJitterMs
    }
}

/// Batches that are about to be appended.
struct AppendPlan {
    private(set) var summary: AppendSummary?
    private(set) var producers: ProducerAppend
    private(set) var count = 0

    init(origin: AppendOrigin, proof: VerificationGuard??) {
        producers = ProducerAppend(origin: origin, proof: proof)
    }

    /// Takes the batch at `index` in; its offset is final.
    ///
    /// - Returns: the batch that it repeats.
    mutating func add(
        _ header: BatchHeader, at index: Int, in buffer: ByteBuffer, _ states: ProducerStates
    ) throws -> ProducerBatch? {
        if header.hasProducerID {
            if header.attributes.isControl {
                if let marker = try header.marker(at: index, in: buffer) {
                    try producers.end(header, with: marker, in: states)
                }
            } else if let original = try producers.add(header, to: states) {
                return original
            }
        }
        count += 1
        var new =
            summary
            ?? AppendSummary(
                firstOffset: header.baseOffset, lastOffset: header.lastOffset, maxTimestamp: -1,
                maxTimestampOffset: header.lastOffset)
        new.lastOffset = header.lastOffset
        if header.maxTimestamp > new.maxTimestamp {
            new.maxTimestamp = header.maxTimestamp
            new.maxTimestampOffset = header.lastOffset
        }
        summary = new
        return nil
    }
}
