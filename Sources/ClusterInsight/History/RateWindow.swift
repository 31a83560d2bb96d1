import KafkaProtocol

/// The newest samples of a growing counter, as far as its rate needs them: those of the last ten seconds, or the one before
/// the last where looks are farther apart. A counter that goes back (a topic made anew) starts over.
///
/// Of one that has always stood, as most do in a large cluster, two moments are all that is kept.
struct RateWindow: Sendable, Equatable {
    /// One sample of the counter.
    struct Sample: Sendable, Equatable {
        /// When it was taken.
        var at: Timestamp
        /// The counter.
        var value: Double
    }

    /// None while the counter stands where it stood at first; else the oldest first, the last one last.
    private(set) var samples: [Sample] = []
    /// When the counter was first seen, or last went back.
    private(set) var firstAt: Timestamp = 0
    private(set) var last: Sample?
    private var previousAt: Timestamp = 0

    /// What a sample was to what was known.
    enum Step {
        /// The first one, or of the same moment or an earlier one.
        case nothing
        /// The counter stands where it has always stood.
        case stood
        /// The counter moved now, or has moved before.
        case moved
        /// The counter went back.
        case wentBack
    }

    /// Means are of so long, with some room for samples that come late.
    private static let mean: Timestamp = 10_500
    /// Looks farther apart than this tell nothing of now: the longest pause between two, with some room.
    private static let farthest: Timestamp = 120_000

    /// Takes a sample. The same moment twice is one sample.
    mutating func observe(_ value: Double, at: Timestamp) -> Step {
        let sample = Sample(at: at, value: value)
        guard let before = last else {
            firstAt = at
            previousAt = at
            last = sample
            return .nothing
        }
        guard at > before.at else { return .nothing }
        if samples.isEmpty, value != before.value { samples = stood(upTo: before) }
        previousAt = before.at
        last = sample
        guard !samples.isEmpty else { return .stood }
        if value < before.value {
            firstAt = at
            previousAt = at
            samples = [sample]
            return .wentBack
        }
        samples.append(sample)
        forget()
        return .moved
    }

    /// A counter that only grows stood all the time between two looks that saw the same.
    private func stood(upTo last: Sample) -> [Sample] {
        let moments = stride(from: max(firstAt, last.at - 10_000), through: last.at, by: 1_000)
        let seen = moments.map { Sample(at: $0, value: last.value) }
        return seen.last == last ? seen : seen + [last]
    }

    /// Forgets what no mean needs any more.
    private mutating func forget() {
        guard let last else { return }
        let old = samples.dropLast(2).prefix { last.at - $0.at > Self.mean }.count
        samples.removeFirst(max(old, samples.count - Limits.rateSamples))
    }

    /// Up to when the rate stands as it is if nothing else is told; nil when none is known.
    var knownUntil: Timestamp? {
        guard let last, previousAt < last.at, last.at - previousAt <= Self.farthest else { return nil }
        let gap = last.at - previousAt
        return last.at + max(12_000, gap + gap / 2)
    }

    /// The mean of the last ten seconds, or since the look before when that is longer ago; nil with fewer than two samples
    /// or when the newest is old.
    func rate(now: Timestamp) -> Double? {
        guard let last, let knownUntil, now <= knownUntil else { return nil }
        guard !samples.isEmpty else { return 0 }
        let before = samples.dropLast()
        guard let base = before.first(where: { last.at - $0.at <= Self.mean }) ?? before.last else { return nil }
        return (last.value - base.value) * 1_000 / Double(last.at - base.at)
    }
}
