import ArgumentParser
import KafkaClient
import KafkaProtocol

/// Topics: list, describe, create, delete, more partitions, fewer records.
struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics", abstract: "List, describe, create, grow, trim and delete topics.",
        subcommands: [
            List.self, Describe.self, Create.self, Delete.self, AddPartitions.self, DeleteRecords.self,
            ElectLeaders.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All topics.")
        @OptionGroup var options: ClientOptions
        @Flag(help: "Leave out internal topics.") var excludeInternal = false

        func run() async throws {
            let topics = try await options.withClient("asking for topics") {
                try await $0.listTopics(includeInternal: !excludeInternal)
            }
            options.output.print(
                Table(
                    [.text("topic"), .number("partitions"), .number("replicas"), .number("under-replicated")],
                    rows: topics.map {
                        ["\($0.name)", "\($0.partitions.count)", "\($0.factor)", "\($0.underReplicated)"]
                    }),
                json: .array(topics.map(\.json)))
        }
    }

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The partitions of topics.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "Topics.") var topics: [String]

        func run() async throws {
            let outcomes = try await options.withClient("asking for topics") { await $0.describeTopics(topics) }
            let found = outcomes.values.compactMap { try? $0.get() }.sorted { $0.name < $1.name }
            var table = Table([
                .text("topic"), .number("partition"), .number("leader"), .text("replicas"), .text("in sync"),
            ])
            for topic in found {
                for partition in topic.partitions {
                    table.add([
                        topic.name, "\(partition.partition)", partition.leader < 0 ? "none" : "\(partition.leader)",
                        partition.replicas.listed, partition.isr.listed,
                    ])
                }
            }
            options.output.print(table, json: .array(found.map(\.json)))
            for (name, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
                guard case .failure(let error) = outcome else { continue }
                Console.note("klamm: \(name): \(error)")
            }
            for case .failure(let error) in outcomes.values { throw Failure.code(error) }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Create topics.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "Topics.") var topics: [String]
        @Option(help: "Partitions (default: the broker's num.partitions).") var partitions: Int32 = -1
        @Option(help: "Replicas (default: the broker's default.replication.factor).") var replicationFactor: Int16 = -1
        @Option(name: .customLong("config"), help: "A config as key=value; may be repeated.") var configs: [String] = []
        @Flag(help: "Only check whether they could be created.") var validateOnly = false

        func run() async throws {
            let configs = Dictionary(try KeyValue.parse(configs).map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
            let new = topics.map {
                NewTopic($0, partitions: partitions, replicationFactor: replicationFactor, configs: configs)
            }
            let outcomes = try await options.withClient("creating") {
                await $0.createTopics(new, validateOnly: validateOnly)
            }
            try options.output.printOutcomes(outcomes, title: "topic", name: { $0 }) { _ in
                validateOnly ? "can be created" : "created"
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete topics with all their records.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "Topics.") var topics: [String]

        func run() async throws {
            let outcomes = try await options.withClient("deleting") { await $0.deleteTopics(topics) }
            try options.output.printOutcomes(outcomes, title: "topic", name: { $0 }) { _ in "deleted" }
        }
    }

    struct AddPartitions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "alter", abstract: "Raise a topic to a total number of partitions.",
            aliases: ["add-partitions"])
        @OptionGroup var options: ClientOptions
        @Argument(help: "The topic.") var topic: String
        @Option(help: "How many it shall have.") var total: Int32

        func run() async throws {
            let outcomes = try await options.withClient("adding partitions") {
                await $0.createPartitions([topic: total])
            }
            try options.output.printOutcomes(outcomes, title: "topic", name: { $0 }) { _ in "has \(total) partitions" }
        }
    }

    struct ElectLeaders: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "elect-leaders", abstract: "Give partitions back to their preferred leaders.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The topics; all when none is given.") var topics: [String] = []

        func run() async throws {
            let outcomes = try await options.withClient("electing leaders") { client in
                guard !topics.isEmpty else { return try await client.electLeaders(.preferred, nil) }
                var partitions: [TopicPartition] = []
                for (name, described) in try await client.describeTopics(topics) {
                    partitions += try described.get().partitions.map { TopicPartition(name, $0.partition) }
                }
                return try await client.electLeaders(.preferred, partitions)
            }
            try options.output.printOutcomes(outcomes, title: "partition", name: \.description) { elected in
                elected ? "led by its preferred replica now" : "was led by its preferred replica already"
            }
        }
    }

    struct DeleteRecords: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete-records", abstract: "Delete the records before an offset.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The topic.") var topic: String
        @Option(help: "Its partition.") var partition: Int32
        @Option(help: "The first offset to keep; -1 deletes all.") var before: Int64

        func run() async throws {
            let outcomes = try await options.withClient("deleting records") {
                await $0.deleteRecords([TopicPartition(topic, partition): before])
            }
            try options.output.printOutcomes(outcomes, title: "partition", name: \.description) { "begins at \($0)" }
        }
    }
}

extension TopicDescription {
    fileprivate var factor: Int { partitions.map(\.replicas.count).max() ?? 0 }
    fileprivate var underReplicated: Int { partitions.count { $0.isr.count < $0.replicas.count } }

    fileprivate var json: JSON {
        [
            "name": .string(name), "id": .string(id.description), "isInternal": .bool(isInternal),
            "partitions": .array(
                partitions.map { partition in
                    [
                        "partition": .number(partition.partition), "leader": .number(partition.leader),
                        "leaderEpoch": .number(partition.leaderEpoch), "replicas": .numbers(partition.replicas),
                        "isr": .numbers(partition.isr), "offlineReplicas": .numbers(partition.offlineReplicas),
                    ]
                }),
        ]
    }
}

extension [BrokerID] {
    /// Broker ids as a table shows them.
    var listed: String { isEmpty ? "-" : map { "\($0)" }.joined(separator: ",") }
}
