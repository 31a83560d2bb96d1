import KafkaProtocol

@testable import Broker

/// A clock that a test moves.
final class ManualClock: Clock {
    private(set) var now: Int64 = 1_000
    var wall: Timestamp { 1_700_000_000_000 + now }
    private var bodies: [Int: (due: Int64, body: () -> Void)] = [:]
    private var nextID = 0

    @discardableResult
    func schedule(after delay: Int64, _ body: @escaping () -> Void) -> Scheduled {
        let id = nextID
        nextID += 1
        bodies[id] = (now + delay, body)
        return Scheduled { [weak self] in self?.bodies[id] = nil }
    }

    /// Runs everything that falls due within `milliseconds`, in order.
    func advance(_ milliseconds: Int64) {
        let end = now + milliseconds
        while let next = bodies.min(by: { ($0.value.due, $0.key) < ($1.value.due, $1.key) }), next.value.due <= end {
            bodies[next.key] = nil
            now = max(now, next.value.due)
            next.value.body()
        }
        now = end
    }
}
