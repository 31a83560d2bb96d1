import ArgumentParser
import Dashboard
import Glibc
import KafkaClient
import LocalCluster
import Properties
import TerminalUI

/// Which cluster is meant: the bundled one, one of the person's settings, or any by its addresses.
struct ClusterChoice: ParsableArguments {
    @Option(help: "Brokers to start from, as host:port,… (default: the bundled cluster's).")
    var bootstrapServer: String?

    @Option(help: "A cluster of klamm.properties by its name.")
    var cluster: String?

    @Option(help: "A .properties file with Kafka's client settings.")
    var commandConfig: String?

    @Option(help: "The directory of the bundled cluster, when no --bootstrap-server is given.")
    var clusterDir: String?

    func validate() throws {
        if cluster != nil, bootstrapServer != nil {
            throw ValidationError("--cluster and --bootstrap-server both name a cluster: give one of them")
        }
    }

    /// What the options and the settings together say.
    ///
    /// - Throws: `ValidationError` or `PropertiesError` when they name no cluster that can be reached.
    func chosen(_ settings: Settings) throws -> ChosenCluster {
        let file = try commandConfig.map { try ClientProperties(Properties(reading: $0)) }
        var chosen: ChosenCluster
        if cluster == nil, bootstrapServer != nil || file?.bootstrap != nil {
            // The settings of the bundled cluster say nothing about another one.
            chosen = ChosenCluster(directory: clusterDir)
        } else {
            chosen = try ChosenCluster(named: cluster ?? Settings.bundled, settings, directory: clusterDir)
        }
        if let file, let commandConfig {
            chosen.add(file)
            chosen.options += ["--command-config", commandConfig]
        }
        if let bootstrapServer {
            guard let addresses = BrokerAddress.list(bootstrapServer) else {
                throw ValidationError("`\(bootstrapServer)` is not a list of host:port.")
            }
            chosen.bootstrap = addresses
            chosen.options += ["--bootstrap-server", bootstrapServer]
        }
        if let first = chosen.bootstrap?.first, cluster == nil { chosen.name = first.host }
        return chosen
    }
}

/// A cluster as options and settings name it.
struct ChosenCluster: Sendable {
    /// Its name on the screen.
    var name: String
    /// Where to start; nil for the bundled cluster, whose directory knows.
    var bootstrap: [BrokerAddress]?
    var tag: Role?
    /// The options by which the command line means it; none for the bundled cluster in its usual place.
    var options: [String] = []
    /// Why nothing may be changed; nil when changes are allowed.
    var readOnlyReason: String?
    /// What is hidden of its messages.
    private(set) var masking = Masking()
    /// Settings that have no effect, with their lines.
    private(set) var warnings: [PropertiesError] = []
    /// Of the bundled cluster.
    let directory: ClusterDirectory
    /// The later ones win.
    private var client: [ClientProperties] = []

    /// The bundled cluster in a directory, with no settings.
    init(directory: String?) {
        name = Settings.bundled
        options = directory.map { ["--cluster-dir", $0] } ?? []
        self.directory = directory.map { ClusterDirectory($0) } ?? .standard()
    }

    /// A cluster by name, the bundled one among them.
    ///
    /// - Throws: `ValidationError` when the settings do not know it or not how to reach it.
    init(named name: String, _ settings: Settings, directory: String?) throws {
        self.init(directory: directory)
        self.name = name
        let found = settings.cluster(name)
        if name != Settings.bundled, found?.client.bootstrap == nil {
            let file = Surroundings.configDirectory.map { $0 + "/klamm.properties" } ?? "klamm.properties"
            let known = ([Settings.bundled] + settings.clusters.map(\.name)).joined(separator: ", ")
            let why =
                found == nil
                ? "There is no cluster `\(name)`: give cluster.\(name).bootstrap.servers in \(file). Known are \(known)."
                : "Cluster `\(name)` has no cluster.\(name).bootstrap.servers that can be used in \(file)."
            throw ValidationError(([why] + settings.warnings.map(\.description)).joined(separator: "\n"))
        }
        guard let found else { return }
        tag = found.tag
        readOnlyReason = found.readOnlyReason
        masking = found.masking
        if name != Settings.bundled { options = ["--cluster", name] }
        client = [found.client]
        bootstrap = found.client.bootstrap
    }

    var isBundled: Bool { bootstrap == nil }

    /// Adds settings that win over those before.
    mutating func add(_ properties: ClientProperties) {
        client.append(properties)
        warnings += properties.warnings
        if let addresses = properties.bootstrap { bootstrap = addresses }
    }

    /// A client for these addresses: first what the caller prefers, then what the settings say.
    func configuration(_ addresses: [BrokerAddress], _ prefer: (inout ClientConfiguration) -> Void)
        -> ClientConfiguration
    {
        var configuration = ClientConfiguration(bootstrap: addresses)
        prefer(&configuration)
        for properties in client { properties.apply(to: &configuration) }
        configuration.bootstrap = addresses
        configuration.readOnlyReason = readOnlyReason
        return configuration
    }
}
