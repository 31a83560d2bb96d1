import ArgumentParser
import KafkaClient
import LocalCluster
import Properties

/// Which cluster is meant, and how results are printed.
struct ClientOptions: ParsableArguments {
    @Option(help: "Brokers to start from, as host:port,… (default: the bundled cluster's).")
    var bootstrapServer: String?

    @Option(help: "A .properties file with Kafka's client settings.")
    var commandConfig: String?

    @Option(help: "The directory of the bundled cluster, when no --bootstrap-server is given.")
    var clusterDir: String?

    @Option(help: "Seconds that one operation may take.")
    var timeout: Double = 15

    @Option(help: "How to print results.")
    var output = OutputFormat.table

    func validate() throws {
        guard timeout > 0, timeout <= 86_400 else { throw ValidationError("--timeout must be between 0 and 86400") }
    }

    /// Runs something with a client and closes it afterwards.
    func withClient<T>(_ what: String, _ body: (KafkaClient) async throws -> T) async throws -> T {
        let client = KafkaClient(try await configuration())
        do {
            let result = try await Console.waiting(for: what) { try await body(client) }
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }

    func configuration() async throws -> ClientConfiguration {
        let settings = try commandConfig.map { try Properties(reading: $0) } ?? Properties()
        if let security = settings["security.protocol"], security.uppercased() != "PLAINTEXT" {
            throw settings.error("security.protocol", "only PLAINTEXT is supported, not `\(security)`")
        }
        var bootstrap = bootstrapServer ?? settings["bootstrap.servers"]
        if bootstrap == nil {
            let directory = clusterDir.map { ClusterDirectory($0) } ?? .standard()
            guard directory.exists else {
                throw ValidationError("There is no bundled cluster in \(directory): give --bootstrap-server.")
            }
            bootstrap = try ClusterLayout(Properties(reading: directory.layoutFile)).bootstrapServers
        }
        guard let text = bootstrap, let addresses = BrokerAddress.list(text) else {
            throw ValidationError("`\(bootstrap ?? "")` is not a list of host:port.")
        }
        var configuration = ClientConfiguration(bootstrap: addresses)
        configuration.clientID = settings["client.id"] ?? "klamm"
        configuration.callTimeout = .seconds(timeout)
        configuration.requestTimeout = .seconds(timeout)
        configuration.connectTimeout = min(.seconds(timeout), .seconds(10))
        if let time = try settings.int("request.timeout.ms", in: 1...86_400_000) {
            configuration.requestTimeout = .milliseconds(time)
        }
        if let time = try settings.int("default.api.timeout.ms", in: 1...86_400_000) {
            configuration.callTimeout = .milliseconds(time)
        }
        return configuration
    }
}
