/// How often times of each length were measured, in microseconds: each told to within 1.6 %.
package struct LatencyHistogram: Sendable {
    /// Longer times are counted as this one, a million seconds: nobody asks how much longer.
    private static let most = 1e12

    private var microseconds = Histogram()
    /// The longest; nil for none.
    package private(set) var longest: Duration?

    /// Nothing is measured.
    package init() {}

    /// How many were measured.
    package var count: Int { microseconds.count }

    /// Takes a time; a negative one counts as none at all.
    package mutating func add(_ time: Duration) {
        microseconds.add(UInt64(max(0, min(time / .microseconds(1), Self.most))))
        longest = max(longest ?? time, time)
    }

    /// Takes what another one has measured.
    package mutating func add(_ other: LatencyHistogram) {
        microseconds.add(other.microseconds)
        longest = [longest, other.longest].compactMap { $0 }.max()
    }

    /// The time that a share of all stayed within, 0 to 1; nil when nothing was measured.
    package func quantile(_ share: Double) -> Duration? {
        guard let longest, let found = microseconds.quantile(share) else { return nil }
        return min(.microseconds(found), longest)
    }
}
