import ArgumentParser
import Glibc
import KafkaProtocol

/// The process that a generated cluster lives in, so that what it costs is not counted as the dashboard's.
struct GeneratedClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generated-cluster",
        abstract: "Answer like a cluster of so many topics and groups, for measurements.", shouldDisplay: false)

    @Option(help: "How many topics.")
    var topics = 1_000

    @Option(help: "How many partitions each has.")
    var partitions = 10

    @Option(help: "How many groups read them.")
    var groups = 1_000

    func validate() throws {
        guard topics > 0, partitions > 0, groups >= 0, topics * partitions <= 1_000_000, groups <= 100_000 else {
            throw ValidationError("at most 1,000,000 partitions and 100,000 groups can be generated")
        }
    }

    /// Says where it listens, then answers until standard input ends. A digit there lets the broker of that id go.
    func run() async throws {
        let size = GeneratedCluster.Size(topics: topics, partitions: partitions, groups: groups)
        let brokers = try await GeneratedBroker.start(GeneratedCluster(size: size))
        Console.line(brokers.bootstrap)
        var byte: UInt8 = 0
        while read(STDIN_FILENO, &byte, 1) > 0 { try await brokers.stop(BrokerID(byte) - BrokerID(UInt8(ascii: "0"))) }
    }
}
