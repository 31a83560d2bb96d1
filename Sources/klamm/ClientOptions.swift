import ArgumentParser
import KafkaClient
import LocalCluster
import Properties

/// Which cluster is meant, and how results are printed.
struct ClientOptions: ParsableArguments {
    @OptionGroup var cluster: ClusterChoice

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
        let settings = Surroundings.settings
        let chosen = try cluster.chosen(settings)
        // Settings that this command does not use are left to the screen to complain about.
        let about = cluster.cluster.flatMap { settings.cluster($0)?.client.warnings } ?? []
        for warning in about + chosen.warnings { Console.note("klamm: \(warning)") }
        return chosen.configuration(try addresses(chosen)) { configuration in
            configuration.callTimeout = .seconds(timeout)
            configuration.requestTimeout = .seconds(timeout)
            configuration.connectTimeout = min(.seconds(timeout), .seconds(10))
        }
    }

    private func addresses(_ chosen: ChosenCluster) throws -> [BrokerAddress] {
        if let bootstrap = chosen.bootstrap { return bootstrap }
        guard chosen.directory.exists else {
            throw ValidationError(
                "there is no bundled cluster in \(chosen.directory); `klamm cluster start` makes one, "
                    + "--bootstrap-server names other brokers")
        }
        let layout = try ClusterLayout(Properties(reading: chosen.directory.layoutFile))
        return BrokerAddress.list(layout.bootstrapServers) ?? []
    }
}
