import KafkaProtocol

/// Judges the claim that every record acknowledged with acks=all is read once and in order, from what was sent, what
/// was acknowledged and what was read.
///
/// Memory stays bounded: only records that are sent and not settled are kept, at most `limit` of them. A record is
/// settled once it is both answered and read; without an answer it may never be. Whoever sends asks `hasRoom` first and
/// waits while there is none.
package struct ProofChecker: Sendable {
    /// How many there were of each, since the beginning.
    package struct Counts: Sendable, Equatable {
        package var sent = 0
        package var acknowledged = 0
        package var read = 0
        /// Acknowledged, and not where a reader must have found it.
        package var lost = 0
        /// Found twice.
        package var duplicated = 0
        /// Found after one that was sent later.
        package var outOfOrder = 0
        /// The value is not the one that was sent.
        package var corrupt = 0
        /// Found, and never sent.
        package var phantom = 0
        /// Sent, and never answered: no promise was made. Some are in the log all the same.
        package var unknown = 0
        /// Those of `unknown` that were found in the log.
        package var unknownFound = 0

        package init() {}

        /// Whether nothing speaks against the claim.
        package var holds: Bool { lost + duplicated + outOfOrder + corrupt + phantom == 0 }
    }

    /// What became of a record that is not settled.
    private enum State: Equatable {
        case sent
        case acknowledged(Offset)
        case unanswered
        /// Read before its answer came.
        case read(Offset)
    }

    private struct Progress {
        var nextToSend: Int64 = 0
        /// The highest sequence read; −1 for none.
        var highest: Int64 = -1
        /// Not settled, by sequence.
        var open: [Int64: State] = [:]
        /// Below `highest` and not read.
        var skipped: Set<Int64> = []
    }

    /// Sentences on what speaks against the claim; the first `Limits.proofFindings`.
    package private(set) var findings: [String] = []
    package private(set) var counts = Counts()
    private var streams: [ProofRecord.Stream: Progress] = [:]
    /// Where the reader stands in each partition: everything before was given to it.
    private var positions: [Int32: Offset] = [:]
    private var open = 0
    private let topic: String
    private let limit: Int

    /// - Parameter limit: how many records may be sent and not settled, about a hundred bytes each.
    package init(topic: String, limit: Int = 200_000) {
        self.topic = topic
        self.limit = limit
    }

    /// Whether another record may be sent.
    package var hasRoom: Bool { open < limit }

    /// Sent and not yet read, or not yet answered.
    package var inFlight: Int { open }

    /// Takes note of the next record of a stream; gives its sequence.
    package mutating func sends(_ stream: ProofRecord.Stream) -> Int64 {
        let sequence = streams[stream, default: Progress()].nextToSend
        streams[stream, default: Progress()].nextToSend = sequence + 1
        streams[stream]?.open[sequence] = .sent
        open += 1
        counts.sent += 1
        return sequence
    }

    /// The cluster promised to keep it. An offset of −1 is one that the broker did not say.
    package mutating func acknowledged(_ stream: ProofRecord.Stream, _ sequence: Int64, at offset: Offset) {
        guard let state = streams[stream]?.open[sequence] else { return }
        counts.acknowledged += 1
        if case .read = state { return settle(stream, sequence) }
        streams[stream]?.open[sequence] = .acknowledged(offset)
        // The reader may be past it already.
        if streams[stream]?.skipped.contains(sequence) == true { judge(stream, sequence) }
    }

    /// No answer came, or one that makes no promise.
    package mutating func unanswered(_ stream: ProofRecord.Stream, _ sequence: Int64) {
        guard let state = streams[stream]?.open[sequence] else { return }
        counts.unknown += 1
        if case .read = state {
            counts.unknownFound += 1
            return settle(stream, sequence)
        }
        streams[stream]?.open[sequence] = .unanswered
    }

    /// A reader that misses nothing was given a record.
    package mutating func read(_ value: [UInt8], partition: Int32, offset: Offset) {
        counts.read += 1
        positions[partition] = max(positions[partition] ?? 0, offset + 1)
        guard let record = ProofRecord(decoding: value), record.stream.partition == partition else {
            counts.corrupt += 1
            return find("CORRUPT \(topic)/\(partition) at offset \(offset)")
        }
        let stream = record.stream
        guard let progress = streams[stream], record.sequence >= 0, record.sequence < progress.nextToSend else {
            counts.phantom += 1
            return find("PHANTOM \(name(stream, record.sequence)) at offset \(offset), never sent")
        }
        if record.sequence > progress.highest {
            let passed = (progress.highest + 1)..<record.sequence
            streams[stream]?.highest = record.sequence
            streams[stream]?.skipped.formUnion(passed)
            found(stream, record.sequence, at: offset)
            for sequence in passed { judge(stream, sequence) }
        } else if streams[stream]?.skipped.remove(record.sequence) != nil {
            // Nothing was promised of a record without an answer, nor of its place.
            if progress.open[record.sequence] != .unanswered {
                counts.outOfOrder += 1
                find("OUT OF ORDER \(name(stream, record.sequence)) at offset \(offset), after \(progress.highest)")
            }
            found(stream, record.sequence, at: offset)
        } else {
            counts.duplicated += 1
            find("DUPLICATED \(name(stream, record.sequence)) again at offset \(offset)")
        }
    }

    /// Call when the reader has been given everything that is in the log: what is acknowledged and not read is lost.
    package mutating func readToTheEnd() {
        for (stream, progress) in streams.sorted(by: { $0.key < $1.key }) {
            for (sequence, state) in progress.open.sorted(by: { $0.key < $1.key }) {
                if case .acknowledged(let offset) = state { lose(stream, sequence, offset) }
            }
        }
    }

    // MARK: Judging

    private mutating func found(_ stream: ProofRecord.Stream, _ sequence: Int64, at offset: Offset) {
        switch streams[stream]?.open[sequence] {
        case .sent: streams[stream]?.open[sequence] = .read(offset)
        case .acknowledged: settle(stream, sequence)
        case .unanswered:
            counts.unknownFound += 1
            settle(stream, sequence)
        case .read, nil: break
        }
    }

    /// Decides on a record that the reader has passed.
    private mutating func judge(_ stream: ProofRecord.Stream, _ sequence: Int64) {
        switch streams[stream]?.open[sequence] {
        // An offset behind the reader tells that it was there; one ahead is still to come, out of order.
        case .acknowledged(let offset) where offset < positions[stream.partition] ?? 0: lose(stream, sequence, offset)
        default: break
        }
    }

    private mutating func lose(_ stream: ProofRecord.Stream, _ sequence: Int64, _ offset: Offset) {
        counts.lost += 1
        find("LOST \(name(stream, sequence)), acknowledged at offset \(offset)")
        settle(stream, sequence)
    }

    private mutating func settle(_ stream: ProofRecord.Stream, _ sequence: Int64) {
        if streams[stream]?.open.removeValue(forKey: sequence) != nil { open -= 1 }
    }

    private func name(_ stream: ProofRecord.Stream, _ sequence: Int64) -> String {
        "\(topic)/\(stream.partition) producer \(stream.producer) sequence \(sequence)"
    }

    private mutating func find(_ what: String) {
        if findings.count < Limits.proofFindings { findings.append(what) }
    }
}
