import ArgumentParser
import KafkaClient
import KafkaProtocol

/// The directories in which brokers keep their replicas.
struct LogDirsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logdirs", abstract: "Show log directories and move replicas between them.",
        subcommands: [List.self, Describe.self, Move.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Log directories and how much is in them.")
        @Option(help: "Only this broker.") var broker: Int32?
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let outcomes = try await LogDirsCommand.ask(broker, options)
            var table = Table([
                .number("broker"), .text("directory"), .number("replicas"), .number("bytes"), .text("state"),
            ])
            var json: [JSON] = []
            for (id, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
                switch outcome {
                case .success(let directories):
                    for directory in directories {
                        let bytes = directory.replicas.values.reduce(Int64(0)) { $0 + $1.bytes }
                        let state = directory.error == .none ? "ok" : "\(directory.error)"
                        table.add(["\(id)", directory.path, "\(directory.replicas.count)", "\(bytes)", state])
                        json.append([
                            "broker": .number(id), "path": .string(directory.path), "bytes": .number(bytes),
                            "replicas": .number(directory.replicas.count), "totalBytes": .number(directory.totalBytes),
                            "usableBytes": .number(directory.usableBytes), "state": .string(state),
                        ])
                    }
                case .failure(let error):
                    table.add(["\(id)", "-", "-", "-", "\(error)"])
                    json.append(["broker": .number(id), "error": .string("\(error)")])
                }
            }
            options.output.print(table, json: .array(json))
            try Failure.check(outcomes)
        }
    }

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Every replica with its directory and size.")
        @Argument(help: "Only replicas of these topics.") var topics: [String] = []
        @Option(help: "Only this broker.") var broker: Int32?
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let outcomes = try await LogDirsCommand.ask(broker, options)
            var table = Table([
                .number("broker"), .text("partition"), .number("bytes"), .number("lag"), .text("directory"),
                .text("state"),
            ])
            var json: [JSON] = []
            for (id, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
                if case .failure(let error) = outcome {
                    table.add(["\(id)", "-", "-", "-", "-", "\(error)"])
                    json.append(["broker": .number(id), "error": .string("\(error)")])
                }
                for directory in (try? outcome.get()) ?? [] {
                    let replicas = directory.replicas.filter { topics.isEmpty || topics.contains($0.key.topic) }
                    for (partition, replica) in replicas.sorted(by: { $0.key < $1.key }) {
                        table.add([
                            "\(id)", "\(partition.topic)/\(partition.partition)", "\(replica.bytes)",
                            "\(replica.offsetLag)", directory.path, replica.isFuture ? "moving here" : "current",
                        ])
                        json.append([
                            "broker": .number(id), "topic": .string(partition.topic),
                            "partition": .number(partition.partition), "bytes": .number(replica.bytes),
                            "offsetLag": .number(replica.offsetLag), "path": .string(directory.path),
                            "isFuture": .bool(replica.isFuture),
                        ])
                    }
                }
            }
            options.output.print(table, json: .array(json))
            try Failure.check(outcomes)
        }
    }

    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Move replicas of a broker into another directory.")
        @Argument(help: "Partitions as topic/number.") var partitions: [PartitionArgument]
        @Option(help: "The broker whose replicas are meant.") var broker: Int32
        @Option(help: "One of its log directories, as `logdirs list` shows it.") var to: String
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let outcomes = try await options.changing(
                "moving replicas", "move \(partitions.count) replicas on broker \(broker) to \(to)"
            ) {
                try await $0.moveReplicas(partitions.map(\.partition), to: to, on: broker)
            }
            try options.output.printOutcomes(
                outcomes, title: "partition", name: { "\($0.topic)/\($0.partition)" }, done: { _ in "moving to \(to)" })
        }
    }

    /// What all brokers say, or one, which must be there.
    fileprivate static func ask(
        _ broker: Int32?, _ options: ClientOptions
    ) async throws -> Outcomes<BrokerID, [LogDirDescription]> {
        let outcomes = try await options.withClient("asking for log directories") {
            try await $0.describeLogDirs(broker.map { [$0] })
        }
        if let broker, outcomes[broker] == nil {
            throw ValidationError("There is no broker \(broker): `klamm brokers list` shows those that are.")
        }
        return outcomes
    }
}
