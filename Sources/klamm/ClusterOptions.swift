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
}
