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
            let words = ScreenChange.removeBroker(broker).summary
            try options.refuseIfReadOnly(words)
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
            let client = options.client(of: others)
            do {
                try await options.noting(words, [broker]) {
                    try await BrokerRemoval(cluster, client, broker, options: options.words).run { Console.note($0) }
                }
                await client.close()
            } catch {
                await client.close()
                throw error
            }
            options.output.done("Broker \(broker) is removed.", json: ["id": .number(broker)])
        }
    }
}
