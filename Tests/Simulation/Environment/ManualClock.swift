import Broker
import HeapModule
import KafkaProtocol

/// A clock that a test moves. What falls due in the same millisecond runs in the order in which it was scheduled.
package final class ManualClock: Clock {
    private struct Entry: Comparable {
        let due: Int64
        let id: Int

        static func < (a: Entry, b: Entry) -> Bool { (a.due, a.id) < (b.due, b.id) }
    }

    package private(set) var now: Int64 = 1_000
    /// How many bodies have run.
    package private(set) var events = 0
    private var queue = Heap<Entry>()
    /// Without those that were cancelled.
    private var bodies: [Int: () -> Void] = [:]
    private var nextID = 0

    package init() {}

    package var wall: Timestamp { 1_700_000_000_000 + now }

    @discardableResult
    package func schedule(after delay: Int64, _ body: @escaping () -> Void) -> Scheduled {
        let id = nextID
        nextID += 1
        bodies[id] = body
        queue.insert(Entry(due: now + max(0, delay), id: id))
        return Scheduled { [weak self] in self?.bodies[id] = nil }
    }

    /// Forgets all that was scheduled, and what it holds.
    package func clear() {
        bodies = [:]
        queue = Heap()
    }

    /// Runs the next body that falls due up to `end`; without one, time moves to `end` and the answer is false.
    package func step(until end: Int64) -> Bool {
        while let next = queue.min, next.due <= end {
            queue.removeMin()
            guard let body = bodies.removeValue(forKey: next.id) else { continue }
            now = max(now, next.due)
            events += 1
            body()
            return true
        }
        now = max(now, end)
        return false
    }

    /// Runs everything that falls due within `milliseconds`, in order.
    package func advance(_ milliseconds: Int64) {
        let end = now + milliseconds
        while step(until: end) {}
    }
}
