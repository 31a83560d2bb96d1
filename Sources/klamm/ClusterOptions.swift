import ArgumentParser
import Dashboard
import KafkaClient
import LocalCluster

/// Which bundled cluster is meant.
struct ClusterOptions: ParsableArguments {
    @Option(help: "The cluster's directory (default: $XDG_DATA_HOME/klamm, else ~/.local/share/klamm).")
    var clusterDir: String?

    @Option(help: "How to print results.")
    var output = OutputFormat.table

    var directory: ClusterDirectory { clusterDir.map { ClusterDirectory($0) } ?? .standard() }

    var cluster: ManagedCluster { ManagedCluster(directory) { Console.note("\($0) …") } }

    /// The words that mean this cluster on a command line.
    var words: [String] { clusterDir.map { ["--cluster-dir", $0] } ?? [] }

    /// A client of some of its brokers, which changes nothing where the settings say so.
    func client(of brokers: [ClusterStatus.Broker]) -> KafkaClient {
        var configuration = ClientConfiguration(
            bootstrap: brokers.map { BrokerAddress(host: $0.host, port: $0.port) })
        configuration.readOnlyReason = readOnlyReason
        return KafkaClient(configuration)
    }

    /// Why nothing may be done to a running cluster but to stop all of it; nil when anything may.
    var readOnlyReason: String? { Surroundings.settings.cluster(Settings.bundled)?.readOnlyReason }

    /// Refuses what would hurt or change a running cluster where the settings say so.
    ///
    /// - Throws: `ClientError` with the line of the settings, as for what a client is not to send.
    func refuseIfReadOnly(_ words: String) throws {
        guard let readOnlyReason else { return }
        throw ClientError.invalid("\(words): not done, this cluster is read-only by \(readOnlyReason)")
    }

    /// Does the same to brokers one after the other; stops at the first one that fails.
    func onEach(
        _ brokers: [Int32], _ verb: String, _ change: (Int32) -> ScreenChange, done: String, state: String,
        _ body: (ManagedCluster, Int32) async throws -> Void
    ) async throws {
        try refuseIfReadOnly("\(verb) \(Self.words(brokers))")
        let cluster = cluster
        for id in brokers {
            try await noting(change(id).summary, [id], change(id)) { try await body(cluster, id) }
        }
        report(brokers, done: done, state: state)
    }

    /// `broker 2`, `3 brokers`.
    static func words(_ ids: [Int32]) -> String { ids.count == 1 ? "broker \(ids[0])" : "\(ids.count) brokers" }

    /// Says what was done to brokers.
    func report(_ brokers: [Int32], done: String, state: String) {
        if output == .table { for id in brokers { Console.line("Broker \(id) \(done).") } }
        guard output == .json else { return }
        Console.line(JSON.array(brokers.map { ["id": .number($0), "state": .string(state)] }).text())
    }
}
