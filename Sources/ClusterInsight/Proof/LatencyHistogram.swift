/// How often times of each length were measured, in a fixed amount of memory: 8 KiB, from a microsecond to 19 hours, each
/// told to within 1.6 %.
package struct LatencyHistogram: Sendable {
    /// Steps within each doubling.
    private static let steps = 64
    private static let doublings = 32

    private var counts = [UInt32](repeating: 0, count: (doublings) * steps)
    /// How many were measured.
    package private(set) var count = 0
    /// The longest; nil for none.
    package private(set) var longest: Duration?

    /// Nothing is measured.
    package init() {}

    /// Takes a time; a negative one counts as none at all.
    package mutating func add(_ time: Duration) {
        counts[Self.index(time)] &+= 1
        count += 1
        longest = max(longest ?? time, time)
    }

    /// Takes what another one has measured.
    package mutating func add(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        count += other.count
        longest = [longest, other.longest].compactMap { $0 }.max()
    }

    /// The time that a share of all stayed within, 0 to 1; nil when nothing was measured.
    package func quantile(_ share: Double) -> Duration? {
        guard let longest else { return nil }
        let wanted = min(max(1, Int((Double(count) * share).rounded(.up))), count)
        var seen = 0
        for (index, count) in counts.enumerated() {
            seen += Int(count)
            if seen >= wanted { return min(Self.upperEnd(index), longest) }
        }
        return longest
    }

    private static func index(_ time: Duration) -> Int {
        let microseconds = UInt64(max(0, min(time / .microseconds(1), 1e12)))
        guard microseconds >= steps else { return Int(microseconds) }
        let shift = UInt64.bitWidth - 1 - microseconds.leadingZeroBitCount - 6
        return min((shift + 1) * steps + Int(microseconds >> UInt64(shift)) - steps, doublings * steps - 1)
    }

    private static func upperEnd(_ index: Int) -> Duration {
        guard index >= steps else { return .microseconds(index) }
        let shift = index / steps - 1
        return .microseconds(((steps + index % steps + 1) << shift) - 1)
    }
}
