import ArgumentParser
import ClusterInsight
import Dashboard
import KafkaClient
import KafkaProtocol
import LocalCluster

/// A cluster as the dashboard shows it.
struct ShownCluster: Sendable {
    var chosen: ChosenCluster
    /// Where a bundled cluster looks for free ports from when it is made.
    var firstPort: Int?
    /// Events per second of demo traffic; nil for none.
    var demoRate: Double?

    var info: ClusterInfo {
        ClusterInfo(
            name: chosen.name, isBundled: chosen.isBundled, readOnlyReason: chosen.readOnlyReason,
            origin: chosen.bootstrap.map { $0.map(\.description).joined(separator: ",") } ?? chosen.directory.path,
            commandOptions: chosen.options, tag: chosen.tag, masking: chosen.masking)
    }

    var firstConnection: Connection {
        let now = WallClock.now()
        guard chosen.isBundled else { return .unreachable([], since: now) }
        return .starting(StartProgress(since: now, now: "looking at \(chosen.directory.path)"))
    }

    /// A client for the screen, which would rather show that something is missing than wait for it.
    func client(_ addresses: [BrokerAddress]) -> KafkaClient {
        KafkaClient(
            chosen.configuration(addresses) { configuration in
                configuration.clientID = "klamm-dashboard"
                configuration.connectTimeout = .seconds(2)
                configuration.requestTimeout = .seconds(10)
                configuration.arrivalTimeout = .seconds(30)
                configuration.callTimeout = .seconds(15)
            })
    }

    /// Asks it once how it does. A bundled cluster is not started for that.
    func ask() async -> ClusterOutcome {
        do {
            guard let addresses = try await runningAddresses() else { return .stopped }
            return await ClusterProbe.ask(chosen.configuration(addresses) { $0.clientID = "klamm-dashboard" })
        } catch {
            return .failed("\(error)")
        }
    }

    /// Nil while no broker of a bundled cluster runs.
    private func runningAddresses() async throws -> [BrokerAddress]? {
        if let known = chosen.bootstrap { return known }
        guard chosen.directory.exists else { return nil }
        let status = try await ManagedCluster(chosen.directory).status()
        return status.brokers.allSatisfy { $0.state == .stopped } ? nil : BrokerAddress.list(status.bootstrapServers)
    }

    /// A client for demo traffic, which has time.
    func demoClient(_ addresses: [BrokerAddress]) -> KafkaClient {
        KafkaClient(chosen.configuration(addresses) { $0.clientID = "klamm-demo" })
    }
}
