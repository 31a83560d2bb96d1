import Synchronization

/// Since when a broker owes an answer on a connection without having sent any. Kept by the connection's event loop, read
/// from anywhere.
final class Silence: Sendable {
    private let began = Mutex<ContinuousClock.Instant?>(nil)

    /// An answer came while others are owed: counting begins anew.
    func begin() { began.withLock { $0 = .now } }
    /// A request was sent; the silence goes on if there is one.
    func beginUnlessBegun() { began.withLock { $0 = $0 ?? .now } }
    /// Nothing is owed.
    func end() { began.withLock { $0 = nil } }

    /// How long nothing came; zero when nothing is owed.
    var duration: Duration { began.withLock { $0.map { .now - $0 } ?? .zero } }
}
