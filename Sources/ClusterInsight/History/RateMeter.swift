import KafkaProtocol

/// A growing counter watched over time: its rate as a mean of ten seconds and one such mean per ten seconds.
/// A counter that goes back (a topic made anew) starts over; a missing sample leaves a gap, never a zero.
///
/// Counters that are looked at more rarely have the mean between their last two looks. Of one that stands still, as most
/// do in a large cluster, next to nothing is kept.
package struct RateMeter: Sendable, Equatable {
    /// What is kept of a counter that has moved.
    private struct Course: Sendable, Equatable {
        var samples: SampleRing
        var means = LevelRing(capacity: Limits.trendSamples)
    }

    private var window = RateWindow()
    /// None while the counter stands where it stood at first, else one: outside of the meter, which stays small.
    private var courses: [Course] = []
    private var bucket: Int64?
    /// Ten second means of a counter that stands: nothing known at first, then zeros.
    private var unknownMeans: Int8 = 0
    private var zeroMeans: Int8 = 0

    /// A meter without samples.
    package init() {}

    /// Takes a sample. The same moment twice is one sample.
    package mutating func observe(_ value: Double, at: Timestamp) {
        let before = window.last
        let step = window.observe(value, at: at)
        guard let before, step == .moved || step == .wentBack else { return }
        if courses.isEmpty { courses = [course(upTo: before)] }
        let sample = RateWindow.Sample(at: at, value: value)
        if step == .wentBack {
            courses[0].samples = SampleRing(sample, capacity: Limits.trendSamples)
        } else if at - courses[0].samples.lastAt >= 10_000 {
            courses[0].samples.append(sample)
        }
    }

    /// The course of a counter that has stood until now.
    private func course(upTo last: RateWindow.Sample) -> Course {
        let first = RateWindow.Sample(at: window.firstAt, value: last.value)
        var course = Course(samples: SampleRing(first, capacity: Limits.trendSamples))
        if last.at - first.at >= 10_000 { course.samples.append(last) }
        for mean in stillTrend { course.means.append(mean) }
        return course
    }

    /// Lets time pass, which closes the ten second sample when one is over. What came in between is not known.
    package mutating func advance(to now: Timestamp) {
        let current = now / 10_000
        guard let closed = bucket else {
            bucket = current
            return
        }
        guard current > closed else { return }
        bucket = current
        close(Int(min(current - closed, Int64(Limits.trendSamples))) - 1, at: nil)
        close(1, at: rate(now: now))
    }

    /// Lets time pass in which nothing was told, as it was asked of nobody: the rate stood.
    package mutating func stand(until now: Timestamp) {
        guard let closed = bucket, now / 10_000 > closed else { return }
        bucket = now / 10_000
        close(Int(min(now / 10_000 - closed, Int64(Limits.trendSamples))), at: rate(now: now))
    }

    /// Ends so many times ten seconds, each with this mean.
    private mutating func close(_ count: Int, at mean: Double?) {
        guard count > 0 else { return }
        if courses.isEmpty, mean == 0 || zeroMeans == 0 {
            // Of a counter that stands a mean is nothing, or not known.
            let most = Limits.trendSamples
            if mean == 0 {
                zeroMeans = Int8(min(Int(zeroMeans) + count, most))
            } else {
                unknownMeans = Int8(min(Int(unknownMeans) + count, most))
            }
            return
        }
        if courses.isEmpty, let last = window.last { courses = [course(upTo: last)] }
        guard !courses.isEmpty else { return }
        for _ in 0..<count { courses[0].means.append(mean) }
    }

    /// Up to when the rate stands as it is if nothing else is told; nil when none is known.
    package var knownUntil: Timestamp? { window.knownUntil }

    /// The mean of the last ten seconds, or since the look before when that is longer ago; nil with fewer than two samples
    /// or when the newest is old.
    package func rate(now: Timestamp) -> Double? { window.rate(now: now) }

    /// Rate and course as they are shown at a moment up to which nothing else was told.
    package func series(now: Timestamp) -> Series {
        var stood = self
        stood.stand(until: now)
        return Series(now: rate(now: now), trend: stood.trend)
    }

    /// One mean per ten seconds, oldest first.
    package var trend: [Double?] { courses.first?.means.elements ?? stillTrend }

    private var stillTrend: [Double?] {
        let unknown = Int(unknownMeans)
        let zeros = Int(zeroMeans)
        guard unknown > 0 else { return Self.zeros[zeros] }
        return Array((Array(repeating: nil, count: unknown) + Self.zeros[zeros]).suffix(Limits.trendSamples))
    }

    /// Shared by all counters that stand.
    private static let zeros: [[Double?]] = (0...Limits.trendSamples).map { Array(repeating: 0, count: $0) }

    /// When the counter passed a value, by interpolation; before all samples by the oldest known rate.
    package func time(ofPassing value: Double, now: Timestamp) -> Timestamp? {
        guard let last = window.last, value < last.value, let course = courses.first else { return nil }
        let samples = merged(course)
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

    private func merged(_ course: Course) -> [RateWindow.Sample] {
        let all = course.samples.elements
        guard let start = window.samples.first?.at else { return all }
        return all.filter { $0.at < start } + window.samples
    }
}
