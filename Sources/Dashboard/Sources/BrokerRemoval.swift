import KafkaClient
import KafkaProtocol
import LocalCluster

/// Takes a broker of the bundled cluster that holds no replica and has no vote out of it, with its files. What fails
/// half-way goes on at a second try.
package struct BrokerRemoval: Sendable {
    private let cluster: ManagedCluster
    private let client: KafkaClient
    private let broker: BrokerID
    /// How the command line means this cluster, for the ways out that are named.
    private let options: [String]

    /// - Parameter client: must not depend on the broker that goes.
    package init(_ cluster: ManagedCluster, _ client: KafkaClient, _ broker: BrokerID, options: [String] = []) {
        self.cluster = cluster
        self.client = client
        self.broker = broker
        self.options = options
    }

    /// Removes it.
    ///
    /// - Parameter note: told what went another way than in order.
    /// - Throws: `ClientError`, `LocalClusterError`; also when the cluster is read-only or still needs the broker.
    package func run(_ note: (String) -> Void = { _ in }) async throws {
        if let reason = client.configuration.readOnlyReason {
            throw ClientError.invalid("broker \(broker) is not removed: this cluster is read-only by \(reason)")
        }
        try await refuseWhatIsNeeded()
        if try await !cluster.stop(broker) { note("killed after waiting in vain: broker \(broker)") }
        // Until it was down, new partitions could come to it.
        try await refuseWhatIsNeeded()
        do {
            try await client.unregisterBroker(broker)
        } catch ClientError.broker(.brokerIdNotRegistered, _) {
            // A try before has come so far.
        }
        try await cluster.removeBroker(broker)
    }

    /// Throws when the cluster would lose a vote or a replica with the broker, and names the way out.
    private func refuseWhatIsNeeded() async throws {
        guard try await !client.describeQuorum().voters.contains(where: { $0.id == broker }) else {
            throw ClientError.invalid(
                "broker \(broker) votes in the metadata quorum; take its vote first: "
                    + EquivalentCommand(["quorum", "remove"], ["\(broker)"]).text(options))
        }
        let held = try await client.listTopics().filter { topic in
            topic.partitions.contains { $0.replicas.contains(broker) }
        }
        guard !held.isEmpty else { return }
        let replicas = held.reduce(0) { $0 + $1.partitions.count { $0.replicas.contains(broker) } }
        // Without names a plan leaves internal topics where they are.
        let named = held.filter(\.isInternal).map(\.name)
        let plans = (held.count > named.count ? [[]] : []) + (named.isEmpty ? [] : [named])
        throw ClientError.invalid(
            "broker \(broker) still holds \(replicas) replicas; move them first: "
                + plans.map(move).joined(separator: "; "))
    }

    private func move(_ topics: [String]) -> String {
        let plan = EquivalentCommand(["reassign", "plan"], topics, [("off", "\(broker)")])
        let execution = EquivalentCommand(["reassign", "execute"], ["-"], [("wait", nil)])
        return "\(plan.text(options)) | \(execution.text(options))"
    }
}
