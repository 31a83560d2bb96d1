import KafkaProtocol

/// A level watched over time, one sample per ten seconds. Of one that has always been the same only that is kept.
package struct LevelMeter: Sendable, Equatable {
    private let capacity: Int
    /// None while all samples are the same, else one: outside of the meter, which stays small.
    private var rings: [LevelRing] = []
    private var same: Double?
    private var count = 0
    private var bucket: Int64?
    private var current: Double?

    /// A meter that keeps so many samples.
    package init(capacity: Int = Limits.trendSamples) {
        self.capacity = capacity
    }

    /// A meter that was told a course, the level of now last; time does not change it.
    package init(of trend: [Double?]) {
        self.init(capacity: max(1, trend.count))
        for level in trend.dropLast() { append(level) }
        guard let last = trend.last else { return }
        bucket = .max
        current = last
    }

    /// Takes the level of now; nil when it is unknown.
    package mutating func observe(_ level: Double?, at now: Timestamp) {
        let slot = now / 10_000
        if let closed = bucket, slot > closed {
            append(current)
            for _ in 0..<(min(slot - closed, Int64(capacity)) - 1) { append(nil) }
        }
        bucket = slot
        current = level
    }

    /// Lets time pass in which the level stayed what it was.
    mutating func stand(until now: Timestamp) {
        guard let closed = bucket, now / 10_000 > closed else { return }
        for _ in 0..<min(now / 10_000 - closed, Int64(capacity)) { append(current) }
        bucket = now / 10_000
    }

    private mutating func append(_ level: Double?) {
        if rings.isEmpty {
            // What was unknown from the start says nothing.
            if count == 0, level == nil { return }
            guard count > 0, level != same else {
                same = level
                count = min(count + 1, capacity)
                return
            }
            rings = [LevelRing(capacity: capacity)]
            for _ in 0..<count { rings[0].append(same) }
        }
        rings[0].append(level)
    }

    /// The samples, the level of now last.
    package var trend: [Double?] {
        guard bucket != nil, count > 0 || current != nil else { return [] }
        return (rings.first?.elements ?? Array(repeating: same, count: count)) + [current]
    }

    /// The samples at a moment up to which the level has stood.
    package func trend(at now: Timestamp) -> [Double?] {
        var course = self
        course.stand(until: now)
        return course.trend
    }
}
