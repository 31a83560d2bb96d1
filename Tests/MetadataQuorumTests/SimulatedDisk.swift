import KafkaProtocol

@testable import MetadataQuorum

/// One record of a simulated log: enough to tell two records apart.
struct SimulatedRecord: Equatable, Sendable {
    var epoch: Epoch
    var value: Int
    /// Who votes from here on, in a record that says so.
    var voters: VoterSet?
}

/// What a simulated node has on disk and, beyond `durableEnd`, only in its page cache.
struct SimulatedDisk {
    var election = ElectionState()
    var start = SnapshotID(endOffset: 0, epoch: 0)
    var records: [SimulatedRecord] = []
    var durableEnd: Offset = 0
    var snapshot: SnapshotID?
    /// The voters that the snapshot names, or a bootstrap snapshot as long as there is no other.
    var snapshotVoters: VoterSet?
    /// Which disk this is; another one takes its place with another number.
    var directory = UUID.zero
    /// Grows with every truncation; a sync that began before is not reported.
    var generation = 0

    var end: Offset { start.endOffset + Offset(records.count) }

    func record(at offset: Offset) -> SimulatedRecord? {
        let index = Int(offset - start.endOffset)
        return records.indices.contains(index) ? records[index] : nil
    }

    /// Runs of one epoch in `range`.
    func batches(_ range: Range<Offset>) -> [QuorumBatch] {
        var batches: [QuorumBatch] = []
        for offset in range {
            guard let record = record(at: offset) else { break }
            if let last = batches.last, last.epoch == record.epoch, record.voters == nil {
                batches[batches.count - 1].count += 1
            } else {
                batches.append(
                    QuorumBatch(baseOffset: offset, count: 1, epoch: record.epoch, voters: record.voters))
            }
        }
        return batches
    }

    mutating func truncate(to offset: Offset) {
        records.removeLast(max(0, min(records.count, Int(end - offset))))
        durableEnd = min(durableEnd, end)
        generation += 1
    }

    mutating func trim(to snapshot: SnapshotID) {
        snapshotVoters = voters(before: snapshot.endOffset)
        records.removeFirst(min(records.count, Int(snapshot.endOffset - start.endOffset)))
        start = snapshot
        self.snapshot = snapshot
    }

    mutating func reset(to snapshot: SnapshotID, voters: VoterSet?) {
        records = []
        snapshotVoters = voters
        start = snapshot
        durableEnd = snapshot.endOffset
        self.snapshot = snapshot
        generation += 1
    }

    /// The voters that the log names as of its records below `end`.
    func voters(before end: Offset) -> VoterSet? {
        records.prefix(max(0, Int(end - start.endOffset))).last { $0.voters != nil }?.voters ?? snapshotVoters
    }

    /// All the voter sets in it, as a restarting shell finds them.
    func history(configured: VoterSet) -> VoterHistory {
        let base = snapshotVoters.map { [VoterHistory.Entry(snapshot: start, voters: $0)] } ?? []
        let entries = records.indices.compactMap { index in
            records[index].voters.map {
                VoterHistory.Entry(offset: start.endOffset + Offset(index), voters: $0)
            }
        }
        return VoterHistory(configured: configured, entries: base + entries)
    }

    /// The log's index as a restarting shell finds it.
    var index: LogIndex {
        let entries = batches(start.endOffset..<end).map { LogIndex.Entry(epoch: $0.epoch, start: $0.baseOffset) }
        return LogIndex(start: start, end: end, epochs: entries, latestSnapshot: snapshot)
    }
}
