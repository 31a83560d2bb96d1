import ArgumentParser
import KafkaClient
import KafkaProtocol

/// Brokers as the cluster sees them.
struct BrokersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "brokers", abstract: "List brokers and what they speak.",
        subcommands: [List.self, ApiVersions.self, Unregister.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All brokers.")
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let cluster = try await options.withClient("asking for brokers") { try await $0.describeCluster() }
            options.output.print(
                Table(
                    [.number("broker"), .text("address"), .text("rack"), .text("state")],
                    rows: cluster.brokers.map {
                        ["\($0.id)", "\($0.host):\($0.port)", $0.rack ?? "-", $0.isFenced ? "fenced" : "live"]
                    }),
                json: [
                    "clusterId": .text(cluster.clusterID), "controllerId": .number(cluster.controllerID),
                    "brokers": .array(
                        cluster.brokers.map { broker in
                            [
                                "id": .number(broker.id), "host": .string(broker.host), "port": .number(broker.port),
                                "rack": .text(broker.rack), "isFenced": .bool(broker.isFenced),
                            ]
                        }),
                ])
        }
    }

    struct ApiVersions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "api-versions", abstract: "The APIs that a broker offers.")
        @OptionGroup var options: ClientOptions
        @Option(help: "The broker's id (default: any).") var broker: Int32?

        func run() async throws {
            let versions = try await options.withClient("asking for versions") {
                try await $0.offeredVersions(of: broker)
            }.sorted { $0.key < $1.key }
            options.output.print(
                Table(
                    [.number("key"), .text("api"), .text("versions")],
                    rows: versions.map { key, range in
                        ["\(key.rawValue)", "\(key)", "\(range.lowerBound)-\(range.upperBound)"]
                    }),
                json: .array(
                    versions.map { key, range in
                        [
                            "key": .number(key.rawValue), "name": .string("\(key)"), "min": .number(range.lowerBound),
                            "max": .number(range.upperBound),
                        ]
                    }))
        }
    }

    struct Unregister: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a broker that is down out of the cluster.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The broker's id.") var broker: Int32

        func run() async throws {
            try await options.changing("unregistering", "unregister broker \(broker)", of: "broker \(broker)") {
                try await $0.unregisterBroker(broker)
            }
            options.output.done("Broker \(broker) is unregistered.", json: ["id": .number(broker)])
        }
    }
}
