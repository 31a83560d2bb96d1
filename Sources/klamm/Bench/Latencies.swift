import Synchronization

/// Times measured by several tasks.
final class Latencies: Sendable {
    private let times = Mutex<[Duration]>([])

    func add(_ time: Duration) { times.withLock { $0.append(time) } }

    var count: Int { times.withLock { $0.count } }

    /// The time that a share of all stayed within; nil when nothing was measured.
    func quantile(_ share: Double) -> Duration? {
        let sorted = times.withLock { $0 }.sorted()
        guard !sorted.isEmpty else { return nil }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}
