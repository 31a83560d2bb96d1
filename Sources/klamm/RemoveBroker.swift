import ArgumentParser
import Dashboard
import KafkaClient
import KafkaProtocol
import LocalCluster

extension ClusterCommand {
    /// `klamm cluster remove-broker`.
    struct RemoveBroker: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove-broker",
            abstract: "Take a broker that holds no replicas and has no vote out of the cluster, with its files.",
            discussion:
                "The moves are yours: `klamm reassign plan --off N` works them out, and `klamm quorum remove N` "
                + "takes a vote. The broker is stopped, unregistered and forgotten; a second try goes on where one failed."
        )
        @OptionGroup var options: ClusterOptions
        @Argument(help: "The broker's id.") var broker: Int32

        func run() async throws {
            let cluster = options.cluster
            let status = try await cluster.status()
            guard status.brokers.contains(where: { $0.id == broker }) else {
                let known = status.brokers.map { "\($0.id)" }.joined(separator: ", ")
                throw LocalClusterError(.missing, "there is no broker \(broker); this cluster has \(known)")
            }
            let others = status.brokers.filter { $0.id != broker && $0.state == .running }
            guard !others.isEmpty else {
                throw LocalClusterError(
                    .conflict, "no other broker runs, who could say what broker \(broker) still holds; start one first")
            }
            let client = KafkaClient(
                ClientConfiguration(bootstrap: others.map { BrokerAddress(host: $0.host, port: $0.port) }))
            do {
                try await leave(cluster, client)
                await client.close()
            } catch {
                await client.close()
                throw error
            }
            options.output.done("Broker \(broker) is removed.", json: ["id": .number(broker)])
        }

        private func leave(_ cluster: ManagedCluster, _ client: KafkaClient) async throws {
            try await refuseWhatIsNeeded(client)
            if try await !cluster.stop(broker) { Console.note("killed after waiting in vain: broker \(broker)") }
            // Until it was down, new partitions could come to it.
            try await refuseWhatIsNeeded(client)
            do {
                try await client.unregisterBroker(broker)
            } catch ClientError.broker(.brokerIdNotRegistered, _) {
                // A try before has come so far.
            }
            try await cluster.removeBroker(broker)
        }

        /// Throws when the cluster would lose a vote or a replica with the broker, and names the way out.
        private func refuseWhatIsNeeded(_ client: KafkaClient) async throws {
            guard try await !client.describeQuorum().voters.contains(where: { $0.id == broker }) else {
                throw ClientError.invalid(
                    "broker \(broker) votes in the metadata quorum; take its vote first: "
                        + command(EquivalentCommand(["quorum", "remove"], ["\(broker)"])))
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
            return "\(command(plan)) | \(command(execution))"
        }

        /// A command for the same cluster.
        private func command(_ command: EquivalentCommand) -> String {
            command.text(options.clusterDir.map { ["--cluster-dir", $0] } ?? [])
        }
    }
}
