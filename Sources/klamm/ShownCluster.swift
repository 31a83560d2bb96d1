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
                configuration.callTimeout = .seconds(15)
            })
    }

    /// A client for demo traffic, which has time.
    func demoClient(_ addresses: [BrokerAddress]) -> KafkaClient {
        KafkaClient(chosen.configuration(addresses) { $0.clientID = "klamm-demo" })
    }
}
