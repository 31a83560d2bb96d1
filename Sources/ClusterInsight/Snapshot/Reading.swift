import KafkaProtocol

/// A figure with the moment it was read, so that the screen can say how old it is.
package struct Reading<Value: Sendable & Equatable>: Sendable, Equatable {
    /// What was read.
    package var value: Value
    /// When it was read, milliseconds since 1970.
    package var at: Timestamp

    /// A figure read at a moment.
    package init(_ value: Value, at: Timestamp) {
        self.value = value
        self.at = at
    }

    /// Whether the figure is too old to be shown plain.
    package func isStale(now: Timestamp, interval: Duration = .seconds(1)) -> Bool {
        Staleness.isStale(at: at, now: now, interval: interval)
    }
}

/// When a figure counts as old: older than three of its refresh intervals, at least three seconds.
package enum Staleness {
    /// Whether something read at `at` is stale at `now` when it is refreshed every `interval`.
    package static func isStale(at: Timestamp, now: Timestamp, interval: Duration) -> Bool {
        let milliseconds = interval.components.seconds * 1_000 + interval.components.attoseconds / 1_000_000_000_000_000
        return now - at > max(3 * milliseconds, 3_000)
    }
}
