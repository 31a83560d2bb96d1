import KafkaProtocol

/// The voter sets of a log. A set takes effect when its record is appended, committed or not, and is taken back when the
/// record is cut off (KIP-853).
package struct VoterHistory: Sendable, Equatable {
    /// The voters from a record on.
    package struct Entry: Sendable, Equatable {
        package var offset: Offset
        package var voters: VoterSet

        package init(offset: Offset, voters: VoterSet) {
            self.offset = offset
            self.voters = voters
        }

        /// The voters that a snapshot names: they were in effect at the last record it covers.
        package init(snapshot: SnapshotID, voters: VoterSet) {
            self.init(offset: snapshot.endOffset - 1, voters: voters)
        }
    }

    /// Who votes as long as the log names nobody: the configured voters, or none.
    package let configured: VoterSet
    /// Ascending offsets.
    package private(set) var entries: [Entry] = []

    /// - Parameter entries: what log and snapshots say, in any order; of two for one offset the later counts.
    package init(configured: VoterSet, entries: [Entry] = []) {
        self.configured = configured
        for entry in entries.sorted(by: { $0.offset < $1.offset }) { append(entry) }
    }

    /// The set that counts.
    package var latest: VoterSet { entries.last?.voters ?? configured }

    /// The set before that.
    var previous: VoterSet { entries.dropLast().last?.voters ?? configured }

    /// Where it stands in the log; −1 when it comes from a bootstrap snapshot or is configured.
    package var latestOffset: Offset { entries.last?.offset ?? -1 }

    /// The set in effect at the end of a log that ends there.
    package func voters(before end: Offset) -> VoterSet {
        entries.last { $0.offset < end }?.voters ?? configured
    }

    mutating func append(_ entry: Entry) {
        entries.removeAll { $0.offset >= entry.offset }
        entries.append(entry)
    }

    /// The log was cut at `end`.
    mutating func truncate(to end: Offset) { entries.removeAll { $0.offset >= end } }

    /// The log begins at `start` from now on: sets that were replaced before are history.
    mutating func trim(to start: Offset) {
        guard let base = entries.last(where: { $0.offset < start }) else { return }
        entries.removeAll { $0.offset < base.offset }
    }

    /// The log was replaced by a snapshot.
    mutating func reset(to snapshot: SnapshotID, _ voters: VoterSet?) {
        entries = voters.map { [Entry(snapshot: snapshot, voters: $0)] } ?? []
    }
}
