import KafkaProtocol
import LocalCluster
import Synchronization

/// Why brokers of a start under way are not up, collected on the thread that starts them.
final class StartFailures: Sendable {
    private let all = Mutex<[BrokerID: String]>([:])

    var reasons: [BrokerID: String] { all.withLock { $0 } }

    func take(_ broker: BrokerID, _ failure: StartFailure?) { all.withLock { $0[broker] = failure?.reason } }
}
