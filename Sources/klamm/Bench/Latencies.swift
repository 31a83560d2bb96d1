import ClusterInsight
import Synchronization

/// Times measured by several tasks.
final class Latencies: Sendable {
    private let times = Mutex(LatencyHistogram())

    func add(_ time: Duration) { times.withLock { $0.add(time) } }

    var count: Int { times.withLock { $0.count } }

    /// The time that a share of all stayed within; nil when nothing was measured.
    func quantile(_ share: Double) -> Duration? { times.withLock { $0.quantile(share) } }
}
