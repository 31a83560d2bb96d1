import Synchronization

/// What comes in over all connections of a client. Over a line that is slow, answers are parts of themselves for a while,
/// and whatever is asked beside them waits, which says nothing of the brokers.
final class Arrivals: Sendable {
    /// When the last part came, of those connections on which an answer is not whole.
    private let parts = Mutex<[ObjectIdentifier: ContinuousClock.Instant]>([:])

    /// A part of an answer came.
    func heard(_ connection: ObjectIdentifier) { parts.withLock { $0[connection] = .now } }

    /// An answer is whole, or will never be.
    func isDone(_ connection: ObjectIdentifier) { parts.withLock { _ = $0.removeValue(forKey: connection) } }

    /// Whether any answer is coming in just now, in parts.
    var fillTheLine: Bool {
        let now = ContinuousClock.now
        return parts.withLock { $0.values.contains { now - $0 < ClientLimits.pause } }
    }
}
