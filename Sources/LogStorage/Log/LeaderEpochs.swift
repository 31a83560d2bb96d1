import KafkaProtocol

/// Where each leader epoch begins in a partition's log (KIP-101): what followers and consumers use to find where logs part.
package struct LeaderEpochs: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package var epoch: Epoch
        package var start: Offset

        package init(epoch: Epoch, start: Offset) {
            self.epoch = epoch
            self.start = start
        }
    }

    /// Ascending in both.
    package private(set) var entries: [Entry] = []

    package init() {}

    /// Takes entries as a file has them; what is not ascending is left out.
    init(_ loaded: [Entry]) {
        for entry in loaded { assign(entry.epoch, start: entry.start) }
    }

    package var latest: Epoch? { entries.last?.epoch }

    /// Notes that `epoch` begins at `start`. Entries that contradict it (a later epoch, or a start at or beyond) go.
    ///
    /// - Returns: whether anything changed.
    @discardableResult
    mutating func assign(_ epoch: Epoch, start: Offset) -> Bool {
        guard epoch >= 0, start >= 0 else { return false }
        if let last = entries.last, last.epoch == epoch, last.start <= start { return false }
        entries.removeAll { $0.epoch >= epoch || $0.start >= start }
        entries.append(Entry(epoch: epoch, start: start))
        return true
    }

    /// The largest known epoch ≤ `requested` and the offset where it ends; nil when it is unknown here.
    ///
    /// An epoch before the first known one is answered with itself and the begin of the first (Kafka's rule).
    package func end(of requested: Epoch, logEnd: Offset) -> (epoch: Epoch, endOffset: Offset)? {
        guard requested >= 0, let first = entries.first, let last = entries.last else { return nil }
        if requested == last.epoch { return (requested, logEnd) }
        if requested > last.epoch { return nil }
        if requested < first.epoch { return (requested, first.start) }
        guard let next = entries.firstIndex(where: { $0.epoch > requested }), next > 0 else { return nil }
        return (entries[next - 1].epoch, entries[next].start)
    }

    /// The epoch that the record at `offset` was appended in.
    package func epoch(at offset: Offset) -> Epoch? { entries.last { $0.start <= offset }?.epoch }

    /// Where `epoch` begins; nil when it is unknown here.
    package func start(of epoch: Epoch) -> Offset? { entries.first { $0.epoch == epoch }?.start }

    /// Drops epochs that begin at or beyond `end`.
    mutating func truncate(fromEnd end: Offset) -> Bool {
        let before = entries.count
        entries.removeAll { $0.start >= end }
        return entries.count != before
    }

    /// Drops epochs that end at or before `start`, and lets the first begin there.
    mutating func truncate(fromStart start: Offset) -> Bool {
        guard let covering = entries.lastIndex(where: { $0.start <= start }) else { return false }
        guard covering > 0 || entries[0].start < start else { return false }
        entries.removeFirst(covering)
        entries[0].start = start
        return true
    }
}
