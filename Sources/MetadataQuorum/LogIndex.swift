import KafkaProtocol

/// A snapshot of the metadata log: what it covers (offsets below `endOffset`) and the epoch of the last record in it.
package struct SnapshotID: Sendable, Hashable, Comparable {
    package var endOffset: Offset
    package var epoch: Epoch

    package init(endOffset: Offset, epoch: Epoch) {
        self.endOffset = endOffset
        self.epoch = epoch
    }

    package static func < (a: SnapshotID, b: SnapshotID) -> Bool {
        (a.endOffset, a.epoch) < (b.endOffset, b.epoch)
    }
}

/// Records of one epoch that were appended together.
package struct QuorumBatch: Sendable, Equatable {
    package var baseOffset: Offset
    package var count: Int32
    package var epoch: Epoch
    /// Who votes from here on, when one of the records says so (KRAFT_VOTERS).
    package var voters: VoterSet?

    package init(baseOffset: Offset, count: Int32, epoch: Epoch, voters: VoterSet? = nil) {
        self.baseOffset = baseOffset
        self.count = count
        self.epoch = epoch
        self.voters = voters
    }

    /// The offset after the last record.
    package var endOffset: Offset { baseOffset + Offset(count) }
}

/// What the consensus knows of the log: where it starts and ends and where each epoch begins. The bytes are the shell's.
package struct LogIndex: Sendable, Equatable {
    /// The first record of an epoch.
    package struct Entry: Sendable, Equatable {
        package var epoch: Epoch
        package var start: Offset

        package init(epoch: Epoch, start: Offset) {
            self.epoch = epoch
            self.start = start
        }
    }

    /// The snapshot the log starts at; offset 0 and epoch 0 when nothing was ever cut off.
    package private(set) var start: SnapshotID
    /// Where the next record goes.
    package private(set) var end: Offset
    /// Everything below is on disk.
    package private(set) var persistedEnd: Offset
    /// The newest snapshot there is, at or after `start`.
    package private(set) var latestSnapshot: SnapshotID?
    /// Ascending in both fields; only epochs with records at or after `start`.
    package private(set) var epochs: [Entry]

    /// A log as recovered from disk: all of it is durable. Entries outside of the log are dropped.
    package init(
        start: SnapshotID = SnapshotID(endOffset: 0, epoch: 0), end: Offset = 0, epochs: [Entry] = [],
        latestSnapshot: SnapshotID? = nil
    ) {
        self.start = start
        self.end = max(end, start.endOffset)
        persistedEnd = self.end
        self.epochs = []
        self.latestSnapshot = latestSnapshot
        for entry in epochs where entry.start < self.end && entry.epoch >= lastEpoch {
            let first = max(entry.start, start.endOffset)
            if let last = self.epochs.last, last.start == first { self.epochs.removeLast() }
            if self.epochs.last?.epoch != entry.epoch { self.epochs.append(Entry(epoch: entry.epoch, start: first)) }
        }
    }

    /// The epoch of the last record, in the log or in the snapshot it starts at.
    package var lastEpoch: Epoch { epochs.last?.epoch ?? start.epoch }

    /// The epoch of the record at `offset`; `nil` outside of the log.
    package func epoch(at offset: Offset) -> Epoch? {
        guard offset >= start.endOffset, offset < end else { return nil }
        return epochs.last { $0.start <= offset }?.epoch
    }

    /// The largest known epoch that is at most `epoch`, and where it ends.
    package func endOffset(ofEpoch epoch: Epoch) -> LogIndex.Entry {
        guard let index = epochs.lastIndex(where: { $0.epoch <= epoch }) else {
            return Entry(epoch: start.epoch, start: start.endOffset)
        }
        let next = index + 1
        return Entry(epoch: epochs[index].epoch, start: next < epochs.count ? epochs[next].start : end)
    }

    /// Adds a batch; it must begin at the end and not go back in epochs.
    mutating func append(_ batch: QuorumBatch) -> Bool {
        guard batch.baseOffset == end, batch.count > 0, batch.epoch >= lastEpoch,
            !batch.baseOffset.addingReportingOverflow(Offset(batch.count)).overflow
        else { return false }
        if epochs.last?.epoch != batch.epoch { epochs.append(Entry(epoch: batch.epoch, start: end)) }
        end = batch.endOffset
        return true
    }

    /// Drops everything at and after `offset`.
    mutating func truncate(to offset: Offset) {
        end = max(start.endOffset, min(end, offset))
        persistedEnd = min(persistedEnd, end)
        epochs.removeAll { $0.start >= end }
    }

    /// Notes that records below `offset` are on disk, if the last of them is still the one of `epoch`.
    mutating func persisted(to offset: Offset, epoch: Epoch) {
        guard offset > persistedEnd, offset <= end, self.epoch(at: offset - 1) == epoch else { return }
        persistedEnd = offset
    }

    /// Notes a snapshot of this log.
    mutating func added(_ snapshot: SnapshotID) {
        latestSnapshot = max(latestSnapshot ?? snapshot, snapshot)
    }

    /// Drops what is below a snapshot, which becomes the start.
    mutating func trim(to snapshot: SnapshotID) {
        guard snapshot.endOffset > start.endOffset, snapshot.endOffset <= end else { return }
        let epochThere = epoch(at: snapshot.endOffset)
        epochs.removeAll { $0.start < snapshot.endOffset }
        if let epochThere, epochs.first?.start != snapshot.endOffset {
            epochs.insert(Entry(epoch: epochThere, start: snapshot.endOffset), at: 0)
        }
        start = snapshot
        added(snapshot)
    }

    /// Replaces the whole log by a snapshot.
    mutating func reset(to snapshot: SnapshotID) {
        start = snapshot
        end = snapshot.endOffset
        persistedEnd = end
        epochs = []
        latestSnapshot = snapshot
    }
}
