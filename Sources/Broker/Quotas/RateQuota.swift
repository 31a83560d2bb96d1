import KafkaProtocol

/// How much a second, measured as Kafka does: over 11 samples of one second, of which the first ten seconds count in full,
/// so that a burst may use up what was not used before.
package struct RateQuota: Sendable, Equatable {
    /// How finely and for how long it is measured.
    package struct Window: Sendable, Equatable {
        /// `quota.window.num`
        package var samples = 11
        /// `quota.window.size.seconds` in milliseconds
        package var sampleMs: Int64 = 1_000

        package init() {}
    }

    /// Units a second; `Int64.max` is no limit.
    package var limit: Int64
    private let window: Window
    /// The last samples in which something was counted, oldest first.
    private var counted: [Sample] = []

    private struct Sample: Equatable {
        /// Whole samples of the monotonic clock.
        var index: Int64
        var amount: Int64
    }

    package init(limit: Int64 = .max, window: Window = Window()) {
        self.limit = limit
        self.window = window
    }

    package mutating func record(_ amount: Int, now: Int64) {
        let index = now / window.sampleMs
        counted.removeAll { $0.index <= index - Int64(window.samples) }
        if let last = counted.indices.last, counted[last].index == index {
            counted[last].amount += Int64(amount)
        } else {
            counted.append(Sample(index: index, amount: Int64(amount)))
        }
    }

    /// Units a second at `now`.
    package func rate(now: Int64) -> Double {
        let (sum, elapsed) = measured(now)
        return Double(sum) * 1_000 / Double(elapsed)
    }

    package func isExceeded(now: Int64) -> Bool { limit < .max && rate(now: now) > Double(limit) }

    /// Milliseconds without anything more after which the rate is the limit again; 0 while it is not exceeded.
    package func throttleTime(now: Int64) -> Int64 {
        guard isExceeded(now: now) else { return 0 }
        let (_, elapsed) = measured(now)
        let limit = Double(max(1, limit))
        return Int64(((rate(now: now) - limit) / limit * Double(elapsed)).rounded())
    }

    /// What may be used at once after a long rest.
    package var burst: Int64 {
        let (burst, overflow) = limit.multipliedReportingOverflow(
            by: Int64(window.samples - 1) * window.sampleMs / 1_000)
        return overflow ? .max : burst
    }

    /// Whether nothing counts any more.
    package func isIdle(now: Int64) -> Bool { measured(now).sum == 0 }

    private func measured(_ now: Int64) -> (sum: Int64, elapsed: Int64) {
        let index = now / window.sampleMs
        let recent = counted.filter { $0.index > index - Int64(window.samples) }
        let whole = Int64(window.samples - 1) * window.sampleMs
        guard let oldest = recent.first else { return (0, max(1, whole)) }
        return (recent.reduce(0) { $0 + $1.amount }, max(1, now - oldest.index * window.sampleMs, whole))
    }
}
