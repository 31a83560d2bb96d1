import KafkaProtocol

/// A growing counter watched over time: its rate as a mean of ten seconds and one such mean per ten seconds.
/// A counter that goes back (a topic made anew) starts over; a missing sample leaves a gap, never a zero.
package struct RateMeter: Sendable, Equatable {
    /// One sample of the counter.
    package struct Sample: Sendable, Equatable {
        /// When it was taken.
        package var at: Timestamp
        /// The counter.
        package var value: Double
    }

    private var recent = Ring<Sample>(capacity: Limits.rateSamples)
    private var long = Ring<Sample>(capacity: Limits.trendSamples)
    private var means = Ring<Double?>(capacity: Limits.trendSamples)
    private var bucket: Int64?

    /// A meter without samples.
    package init() {}

    /// Takes a sample. The same moment twice is one sample.
    package mutating func observe(_ value: Double, at: Timestamp) {
        if let last = recent.last {
            guard at > last.at else { return }
            if value < last.value {
                recent = Ring(capacity: Limits.rateSamples)
                long = Ring(capacity: Limits.trendSamples)
            }
        }
        recent.append(Sample(at: at, value: value))
        if long.last.map({ at - $0.at >= 10_000 }) ?? true { long.append(Sample(at: at, value: value)) }
    }

    /// Lets time pass, which closes the ten second sample when one is over.
    package mutating func advance(to now: Timestamp) {
        let current = now / 10_000
        guard let closed = bucket else {
            bucket = current
            return
        }
        guard current > closed else { return }
        let missing = min(current - closed, Int64(Limits.trendSamples))
        for _ in 0..<(missing - 1) { means.append(nil) }
        means.append(rate(now: now))
        bucket = current
    }

    /// The mean of the last ten seconds, nil with fewer than two samples or when the newest is old.
    package func rate(now: Timestamp) -> Double? {
        guard let last = recent.last, now - last.at <= 12_000 else { return nil }
        let samples = recent.elements
        guard let first = samples.first(where: { last.at - $0.at <= 10_500 }), first.at < last.at else { return nil }
        return (last.value - first.value) * 1_000 / Double(last.at - first.at)
    }

    /// Rate and course as they are shown.
    package func series(now: Timestamp) -> Series { Series(now: rate(now: now), trend: means.elements) }

    /// When the counter passed a value, by interpolation; before all samples by the oldest known rate.
    package func time(ofPassing value: Double, now: Timestamp) -> Timestamp? {
        let samples = mergedSamples()
        guard let last = samples.last, value < last.value else { return nil }
        for (before, after) in zip(samples, samples.dropFirst()) where value >= before.value && value < after.value {
            let part = (value - before.value) / (after.value - before.value)
            return before.at + Int64(part * Double(after.at - before.at))
        }
        guard let first = samples.first, let second = samples.dropFirst().last, second.value > first.value else {
            return nil
        }
        let perMillisecond = (second.value - first.value) / Double(second.at - first.at)
        return first.at - Int64((first.value - value) / perMillisecond)
    }

    private func mergedSamples() -> [Sample] {
        let fine = recent.elements
        guard let start = fine.first?.at else { return long.elements }
        return long.elements.filter { $0.at < start } + fine
    }
}

/// A level watched over time, one sample per ten seconds.
package struct LevelMeter: Sendable, Equatable {
    private var samples: Ring<Double?>
    private var bucket: Int64?
    private var current: Double?

    /// A meter that keeps so many samples.
    package init(capacity: Int = Limits.trendSamples) {
        samples = Ring(capacity: capacity)
    }

    /// Takes the level of now; nil when it is unknown.
    package mutating func observe(_ level: Double?, at now: Timestamp) {
        let slot = now / 10_000
        if let closed = bucket, slot > closed {
            let missing = min(slot - closed, Int64(samples.capacity))
            samples.append(current)
            for _ in 0..<(missing - 1) { samples.append(nil) }
        }
        bucket = slot
        current = level
    }

    /// The samples, the level of now last.
    package var trend: [Double?] { bucket == nil ? [] : samples.elements + [current] }
}
