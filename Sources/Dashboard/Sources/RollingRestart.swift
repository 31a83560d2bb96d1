import KafkaClient
import KafkaProtocol
import LocalCluster

/// Restarts brokers of the bundled cluster one after the other. Each next one waits until every partition has all its
/// replicas in sync, and none follows one that does not come back.
package struct RollingRestart: Sendable {
    private let cluster: ManagedCluster
    private let client: KafkaClient
    private let lifeline: Lifeline?
    private let patience: Duration

    /// How long replicas may take to be in sync again after one broker: so long that a large one catches up.
    private static let patience = Duration.seconds(300)

    /// - Parameter patience: how long replicas may take to be in sync again after one broker.
    package init(
        _ cluster: ManagedCluster, _ client: KafkaClient, _ lifeline: Lifeline? = nil,
        patience: Duration = RollingRestart.patience
    ) {
        self.cluster = cluster
        self.client = client
        self.lifeline = lifeline
        self.patience = patience
    }

    /// Restarts them in this order.
    ///
    /// - Parameter told: each broker's result as it comes.
    /// - Returns: all results; those after the first failure were left alone.
    package func run(_ ids: [BrokerID], _ told: ([ChangeItem]) -> Void) async -> [ChangeItem] {
        var items: [ChangeItem] = []
        var stopped: String?
        for id in ids {
            let item =
                if let stopped { ChangeItem("broker \(id)", failure: "not restarted: \(stopped)") } else {
                    await restart(id)
                }
            if stopped == nil, item.failure != nil { stopped = "broker \(id) was not back in order before it" }
            told([item])
            items.append(item)
        }
        return items
    }

    private func restart(_ id: BrokerID) async -> ChangeItem {
        let name = "broker \(id)"
        do {
            if let lacking = try await waitUntilWhole(patience) {
                return ChangeItem(name, failure: "not restarted: \(lacking)")
            }
            let began = ContinuousClock.now
            if let failure = try await cluster.restart([id], lifeline: lifeline).first { throw failure }
            let up = ContinuousClock.now
            if let lacking = try await waitUntilWhole(patience) {
                return ChangeItem(name, failure: "it is up, but after \(Self.seconds(patience)) \(lacking)")
            }
            return ChangeItem(
                name, detail: "up in \(Self.seconds(up - began)), all in sync \(Self.seconds(.now - up)) later")
        } catch {
            return ChangeItem(name, failure: "\(error)")
        }
    }

    /// Waits until every partition has all its replicas in sync; answers what still lacks when time is up.
    private func waitUntilWhole(_ patience: Duration) async throws -> String? {
        let deadline = ContinuousClock.now + patience
        while true {
            let lacking = await lacking()
            guard let lacking else { return nil }
            guard ContinuousClock.now < deadline else { return lacking }
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    /// What is not in sync, in words; nil when all is. While nobody answers, nobody knows.
    private func lacking() async -> String? {
        do {
            // Who was ended a moment ago still counts as in sync.
            if let away = try await cluster.status().brokers.first(where: { $0.state != .running }) {
                return "broker \(away.id) is \(away.state.rawValue)"
            }
            let partitions = try await client.listTopics(timeout: .seconds(5)).flatMap(\.partitions)
            let count = partitions.count { $0.isr.count < $0.replicas.count || $0.leader < 0 }
            return count == 0 ? nil : "\(count) partition\(count == 1 ? "" : "s") lack replicas in sync"
        } catch {
            return "nobody tells which replicas are in sync: \(error)"
        }
    }

    private static func seconds(_ duration: Duration) -> String { Times.short(Int64(duration / .milliseconds(1))) }
}
