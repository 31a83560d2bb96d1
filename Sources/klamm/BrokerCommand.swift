import ArgumentParser
import Broker
import Glibc
import Properties

/// `klamm broker`: one broker in the foreground, configured as Kafka's are.
struct BrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker", abstract: "Run one broker from a server.properties with Kafka's key names.")

    @Option(help: "The broker's server.properties.")
    var config: String

    @Flag(help: "End when standard input does; for programs that start brokers of their own.")
    var lifeline = false

    func run() async throws {
        let code: Int32
        do {
            code = try await BrokerProcess.run(properties: Properties(reading: config), lifeline: lifeline)
        } catch {
            let line = "klamm broker: \(error)\n"
            _ = line.utf8.withContiguousStorageIfAvailable { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            code = 1
        }
        throw ExitCode(code)
    }
}
