import KafkaProtocol

/// The newest samples of a committed offset, at least ten seconds apart. Of one that has always been the same, with the
/// same lag, only how often that was seen is kept.
struct CommitWindow: Sendable {
    /// None while all samples are the same, else one.
    private var rings: [Ring<CommitSample>] = []
    private var last: CommitSample?
    private var count = 0

    /// Samples are so far apart, with some room for answers that come early, milliseconds.
    private static let distance: Timestamp = 9_500

    mutating func observe(_ sample: CommitSample) {
        guard let before = last else {
            last = sample
            count = 1
            return
        }
        guard sample.at - before.at >= Self.distance else { return }
        if rings.isEmpty, sample.committed != before.committed || sample.lag != before.lag {
            rings = [Ring(capacity: Limits.statusWindow)]
            for _ in 0..<count { rings[0].append(before) }
        }
        last = sample
        count = min(count + 1, Limits.statusWindow)
        if !rings.isEmpty { rings[0].append(sample) }
    }

    /// Takes the same offset with the same lag once more.
    mutating func observeAgain(at: Timestamp) {
        guard let last else { return }
        observe(CommitSample(at: at, committed: last.committed, lag: last.lag))
    }

    /// Whether all samples are the same, so that more of the same change at most their number.
    var isUniform: Bool { rings.isEmpty }
    /// Whether there are as many samples as there can be.
    var isFull: Bool { count == Limits.statusWindow }

    /// What the rules look at, oldest first.
    var samples: [CommitSample] {
        rings.first?.elements ?? last.map { Array(repeating: $0, count: count) } ?? []
    }
}
