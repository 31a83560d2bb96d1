import ArgumentParser
import LocalCluster

/// Which bundled cluster is meant.
struct ClusterOptions: ParsableArguments {
    @Option(help: "The cluster's directory (default: $XDG_DATA_HOME/klamm, else ~/.local/share/klamm).")
    var clusterDir: String?

    @Option(help: "How to print results.")
    var output = OutputFormat.table

    var directory: ClusterDirectory { clusterDir.map { ClusterDirectory($0) } ?? .standard() }

    var cluster: ManagedCluster { ManagedCluster(directory) { Console.note("\($0) …") } }

    /// Does the same to brokers one after the other; stops at the first one that fails.
    func onEach(
        _ brokers: [Int32], done: String, state: String, _ body: (ManagedCluster, Int32) async throws -> Void
    ) async throws {
        let cluster = cluster
        for id in brokers { try await body(cluster, id) }
        report(brokers, done: done, state: state)
    }

    /// Says what was done to brokers.
    func report(_ brokers: [Int32], done: String, state: String) {
        if output == .table { for id in brokers { Console.line("Broker \(id) \(done).") } }
        guard output == .json else { return }
        Console.line(JSON.array(brokers.map { ["id": .number($0), "state": .string(state)] }).text())
    }
}
