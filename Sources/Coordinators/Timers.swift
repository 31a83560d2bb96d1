import KafkaProtocol

/// Deadlines by key, in a heap whose outdated entries are skipped when they come up: re-arming on every heartbeat is a
/// dictionary write.
struct Timers<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        var at: Timestamp
        var order: UInt64
        var key: Key

        static func < (a: Entry, b: Entry) -> Bool { (a.at, a.order) < (b.at, b.order) }
    }

    private var deadlines: [Key: Timestamp] = [:]
    private var queued: [Key: Timestamp] = [:]
    private var heap: [Entry] = []
    private var order: UInt64 = 0

    /// No deadline is earlier; the true next one may be later, as re-armed timers leave their old entry behind.
    var next: Timestamp? { heap.first?.at }

    func isArmed(_ key: Key) -> Bool { deadlines[key] != nil }

    mutating func arm(_ key: Key, at deadline: Timestamp) {
        deadlines[key] = deadline
        if let entry = queued[key], entry <= deadline { return }
        push(key, deadline)
        if heap.count > 2 * deadlines.count + 64 { rebuild() }
    }

    mutating func cancel(_ key: Key) { deadlines[key] = nil }

    /// Takes out the earliest key whose deadline has come; in order of deadline, then of arming.
    mutating func popDue(_ now: Timestamp) -> Key? {
        while let top = heap.first, top.at <= now {
            removeTop()
            guard queued[top.key] == top.at else { continue }
            queued[top.key] = nil
            guard let deadline = deadlines[top.key] else { continue }
            if deadline > now {
                push(top.key, deadline)
                continue
            }
            deadlines[top.key] = nil
            return top.key
        }
        return nil
    }

    private mutating func push(_ key: Key, _ at: Timestamp) {
        queued[key] = at
        order += 1
        heap.append(Entry(at: at, order: order, key: key))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func removeTop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private mutating func rebuild() {
        let live = heap.filter { deadlines[$0.key] != nil && queued[$0.key] == $0.at }
        queued = [:]
        heap = []
        for entry in live.sorted(by: { $0 < $1 }) { push(entry.key, entry.at) }
    }
}
