import KafkaProtocol

/// A growing counter watched over time: its rate as a mean of ten seconds and one such mean per ten seconds.
/// A counter that goes back (a topic made anew) starts over; a missing sample leaves a gap, never a zero.
///
/// Counters that are looked at more rarely have the mean between their last two looks. Of one that stands still, as most
/// do in a large cluster, two looks are all that is kept.
package struct RateMeter: Sendable, Equatable {
    /// One sample of the counter.
    package struct Sample: Sendable, Equatable {
        /// When it was taken.
        package var at: Timestamp
        /// The counter.
        package var value: Double
    }

    /// What is kept of a counter that has moved.
    private struct Course: Sendable, Equatable {
        var recent = Ring<Sample>(capacity: Limits.rateSamples)
        var long = Ring<Sample>(capacity: Limits.trendSamples)
        var means = LevelRing(capacity: Limits.trendSamples)
    }

    /// None while the counter stands where it stood at first, else one: outside of the meter, which stays small.
    private var courses: [Course] = []
    private var firstAt: Timestamp = 0
    private var previousAt: Timestamp = 0
    private var last: Sample?
    private var bucket: Int64?
    /// Ten second means of a counter that stands: nothing known at first, then zeros.
    private var unknownMeans: Int8 = 0
    private var zeroMeans: Int8 = 0

    /// A meter without samples.
    package init() {}

    /// Takes a sample. The same moment twice is one sample.
    package mutating func observe(_ value: Double, at: Timestamp) {
        let sample = Sample(at: at, value: value)
        guard let before = last else {
            firstAt = at
            previousAt = at
            last = sample
            return
        }
        guard at > before.at else { return }
        if courses.isEmpty, value != before.value { courses = [course(upTo: before)] }
        previousAt = before.at
        last = sample
        guard !courses.isEmpty else { return }
        if value < before.value {
            courses[0].recent = Ring(capacity: Limits.rateSamples)
            courses[0].long = Ring(capacity: Limits.trendSamples)
            firstAt = at
            previousAt = at
        }
        courses[0].recent.append(sample)
        if courses[0].long.last.map({ at - $0.at >= 10_000 }) ?? true { courses[0].long.append(sample) }
    }

    /// The course of a counter that has stood until now.
    private func course(upTo last: Sample) -> Course {
        var course = Course()
        let first = Sample(at: firstAt, value: last.value)
        course.long.append(first)
        // A counter that only grows stood all the time between two looks that saw the same.
        for at in stride(from: max(firstAt, last.at - 10_000), to: last.at, by: 1_000) {
            course.recent.append(Sample(at: at, value: last.value))
        }
        course.recent.append(last)
        if last.at - firstAt >= 10_000 { course.long.append(last) }
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
        if courses.isEmpty, let last { courses = [course(upTo: last)] }
        guard !courses.isEmpty else { return }
        for _ in 0..<count { courses[0].means.append(mean) }
    }

    /// Means are of so long, with some room for samples that come late.
    private static let mean: Timestamp = 10_500
    /// Looks farther apart than this tell nothing of now: the longest pause between two, with some room.
    private static let farthest: Timestamp = 120_000

    /// Up to when the rate stands as it is if nothing else is told; nil when none is known.
    package var knownUntil: Timestamp? {
        guard let last, previousAt < last.at, last.at - previousAt <= Self.farthest else { return nil }
        let gap = last.at - previousAt
        return last.at + max(12_000, gap + gap / 2)
    }

    /// The mean of the last ten seconds, or since the look before when that is longer ago; nil with fewer than two samples
    /// or when the newest is old.
    package func rate(now: Timestamp) -> Double? {
        guard let last, let knownUntil, now <= knownUntil else { return nil }
        guard let course = courses.first else { return 0 }
        var base: Sample?
        for position in 0..<course.recent.count {
            let sample = course.recent[position]
            guard sample.at < last.at else { break }
            base = sample
            if last.at - sample.at <= Self.mean { break }
        }
        guard let base else { return nil }
        return (last.value - base.value) * 1_000 / Double(last.at - base.at)
    }

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
        guard let last, value < last.value, let course = courses.first else { return nil }
        let samples = Self.merged(course)
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

    private static func merged(_ course: Course) -> [Sample] {
        let fine = course.recent.elements
        guard let start = fine.first?.at else { return course.long.elements }
        return course.long.elements.filter { $0.at < start } + fine
    }
}
