import Synchronization

/// What comes in over all connections of a client. Over a line that is slow, answers are parts of themselves for a while,
/// and whatever is asked beside them waits, which says nothing of the brokers.
final class Arrivals: Sendable {
    /// An answer that is not whole.
    private struct Part {
        var began: ContinuousClock.Instant
        var last: ContinuousClock.Instant
    }

    private struct State {
        /// By connection.
        var parts: [ObjectIdentifier: Part] = [:]
        /// When an answer was whole that took long to come.
        var wholeAt: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// A part of an answer came.
    func heard(_ connection: ObjectIdentifier, at now: ContinuousClock.Instant = .now) {
        state.withLock { $0.parts[connection, default: Part(began: now, last: now)].last = now }
    }

    /// An answer is whole.
    func isWhole(_ connection: ObjectIdentifier, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            guard let part = state.parts.removeValue(forKey: connection) else { return }
            if now - part.began >= ClientLimits.slowAnswer { state.wholeAt = now }
        }
    }

    /// An answer will never be whole, or none is owed.
    func isDone(_ connection: ObjectIdentifier) { state.withLock { _ = $0.parts.removeValue(forKey: connection) } }

    /// Whether any answer is coming in just now, in parts, or came so until a moment ago: what waited behind it is next.
    var fillTheLine: Bool { fillTheLine(at: .now) }

    /// The same at a moment.
    func fillTheLine(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            state.parts.values.contains { now - $0.last < ClientLimits.pause }
                || state.wholeAt.map { now - $0 < ClientLimits.pause } ?? false
        }
    }
}
