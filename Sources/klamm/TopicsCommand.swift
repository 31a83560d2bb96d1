import ArgumentParser
import KafkaClient
import KafkaProtocol

/// Topics: list, describe, create, delete, more partitions, fewer records.
struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics", abstract: "List, describe, create, alter, trim, analyse and delete topics.",
        subcommands: [
            List.self, Describe.self, Create.self, Delete.self, Alter.self, DeleteRecords.self,
            ElectLeaders.self, Analyse.self,
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
            try Failure.check(outcomes)
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
            let change = ScreenChange.createTopics(
                topics.map {
                    .init(name: $0, partitions: partitions, replicationFactor: replicationFactor, configs: configs)
                })
            let outcomes = try await options.changing(
                "creating", change.summary, undo: { Undoing(change) }, noted: !validateOnly
            ) {
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
            let outcomes = try await options.changing("deleting", ScreenChange.deleteTopics(topics).summary) {
                await $0.deleteTopics(topics)
            }
            try options.output.printOutcomes(outcomes, title: "topic", name: { $0 }) { _ in "deleted" }
        }
    }

    struct Alter: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "alter", abstract: "Raise the number of a topic's partitions, or change its configs.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The topic.") var topic: String
        @Option(help: "How many partitions it shall have.") var partitions: Int32?
        @Option(name: .customLong("config"), help: "A config as key=value; may be repeated.") var configs: [String] = []
        @Option(name: .customLong("delete-config"), help: "A config to go back to its default; may be repeated.")
        var deletes: [String] = []

        func validate() throws {
            guard partitions != nil || !configs.isEmpty || !deletes.isEmpty else {
                throw ValidationError("Give --partitions, --config or --delete-config.")
            }
            _ = try KeyValue.parse(configs)
        }

        func run() async throws {
            var changes: [String: ConfigChange] = [:]
            for (key, value) in try KeyValue.parse(configs) { changes[key] = .set(value) }
            for key in deletes { changes[key] = .delete }
            let wanted = changes
            let words = [
                partitions.map { ScreenChange.addPartitions([topic: $0]).summary },
                wanted.isEmpty ? nil : ConfigsCommand.words([.topic(topic)], wanted),
            ].compactMap(\.self).joined(separator: "; ")
            var undoing: Undoing?
            let outcomes = try await options.changing("changing the topic", words, undo: { undoing }) { client in
                // Partitions that are added stay, and with them what was one change.
                if partitions == nil { undoing = await Undoing.configs([.topic(topic)], wanted, client) }
                var outcomes: Outcomes<String, String> = [:]
                if let partitions {
                    let grown = await client.createPartitions([topic: partitions])
                    outcomes = grown.mapValues { $0.map { _ in "has \(partitions) partitions" } }
                    guard !grown.values.contains(where: { $0.isFailure }) else { return outcomes }
                }
                if !wanted.isEmpty {
                    let altered = await client.incrementalAlterConfigs([.topic(topic): wanted])
                    for outcome in altered.values {
                        let before = (try? outcomes[topic]?.get()).map { $0 + ", " } ?? ""
                        outcomes[topic] = outcome.map { _ in before + "configs changed" }
                    }
                }
                return outcomes
            }
            try options.output.printOutcomes(outcomes, title: "topic", name: { $0 }) { $0 }
        }
    }

    struct ElectLeaders: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "elect-leaders", abstract: "Give partitions back to their preferred leaders.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The topics; all when neither topics nor partitions are given.") var topics: [String] = []
        @Option(name: .customLong("partition"), help: "A partition as topic/number; may be repeated.")
        var partitions: [PartitionArgument] = []
        @Flag(help: "Elect any replica for partitions without a leader, even one that has lost records.")
        var unclean = false

        func run() async throws {
            let type: ElectionType = unclean ? .unclean : .preferred
            let outcomes = try await options.changing("electing leaders", "elect \(type) leaders") { client in
                guard !topics.isEmpty || !partitions.isEmpty else { return try await client.electLeaders(type, nil) }
                var wanted = partitions.map(\.partition)
                for (name, described) in topics.isEmpty ? [:] : await client.describeTopics(topics) {
                    wanted += try described.get().partitions.map { TopicPartition(name, $0.partition) }
                }
                return try await client.electLeaders(type, wanted)
            }
            try options.output.printOutcomes(outcomes, title: "partition", name: \.description) { _ in
                unclean ? "has a leader" : "led by its preferred replica"
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
            let outcomes = try await options.changing(
                "deleting records", "purge \(topic)/\(partition) to offset \(before)"
            ) {
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
