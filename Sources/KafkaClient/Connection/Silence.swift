import Synchronization

/// Since when a broker owes an answer on a connection without having sent any of it. Kept by the connection's event loop,
/// read from anywhere.
final class Silence: Sendable {
    private let began = Mutex<ContinuousClock.Instant?>(nil)
    private let arrivals: Arrivals

    /// Of a connection beside others.
    init(_ arrivals: Arrivals) { self.arrivals = arrivals }

    deinit { arrivals.isDone(ObjectIdentifier(self)) }

    /// An answer came while others are owed: counting begins anew.
    func begin() { began.withLock { $0 = .now } }
    /// A request was sent; the silence goes on if there is one.
    func beginUnlessBegun() { began.withLock { $0 = $0 ?? .now } }
    /// Nothing is owed.
    func end() {
        began.withLock { $0 = nil }
        arrivals.isDone(ObjectIdentifier(self))
    }

    /// Bytes of an answer came that is not whole yet: over a slow line one may take long.
    func heardPart() {
        began.withLock { if $0 != nil { $0 = .now } }
        arrivals.heard(ObjectIdentifier(self))
    }

    /// An answer is whole.
    func heardAll() { arrivals.isWhole(ObjectIdentifier(self)) }

    /// How long nothing came; zero when nothing is owed.
    var duration: Duration { began.withLock { $0.map { .now - $0 } ?? .zero } }

    /// Whether answers are coming in just now, over this connection or beside it, that fill the line.
    var isLineBusy: Bool { arrivals.fillTheLine }
}
