import ArgumentParser
import KafkaClient

/// Configs of topics, brokers and groups.
struct ConfigsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configs", abstract: "Show and change configs.", subcommands: [Describe.self, Alter.self])

    /// Whose configs are meant.
    struct Target: ParsableArguments {
        @Option(help: "A topic.") var topic: String?
        @Option(help: "A broker's id.") var broker: Int32?
        @Option(help: "A group.") var group: String?
        @Option(help: "A broker's id, whose loggers' levels are meant (KIP-412).") var brokerLogger: Int32?
        @Flag(help: "The defaults of all brokers.") var allBrokers = false

        func validate() throws { _ = try resource() }

        func resource() throws -> ConfigResource {
            let given: [ConfigResource?] = [
                topic.map { .topic($0) }, broker.map { .broker($0) }, group.map { .group($0) },
                brokerLogger.map { .brokerLogger($0) }, allBrokers ? .allBrokers : nil,
            ]
            let resources = given.compactMap { $0 }
            guard resources.count == 1 else {
                throw ValidationError("Give one of --topic, --broker, --broker-logger, --group and --all-brokers.")
            }
            return resources[0]
        }
    }

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The configs of a topic, broker or group.")
        @OptionGroup var options: ClientOptions
        @OptionGroup var target: Target
        @Flag(help: "Only what somebody has set.") var changed = false

        func run() async throws {
            let resource = try target.resource()
            let outcomes = try await options.withClient("asking for configs") {
                await $0.describeConfigs([resource], details: true)
            }
            guard let outcome = outcomes[resource] else { throw ClientError.malformed("no answer") }
            let values = try outcome.get().filter { !changed || !$0.isDefault }
            options.output.print(
                Table(
                    [.text("config"), .text("value"), .text("from"), .text("default"), .text("type")],
                    rows: values.map {
                        [
                            $0.name, $0.isSensitive ? "(hidden)" : $0.value ?? "-", Self.source($0),
                            $0.builtIn ?? "-", $0.typeName ?? "-",
                        ]
                    }),
                json: .array(
                    values.map { value in
                        [
                            "name": .string(value.name), "value": .text(value.value),
                            "source": .string(Self.source(value)), "default": .text(value.builtIn),
                            "type": .text(value.typeName), "documentation": .text(value.documentation),
                            "isReadOnly": .bool(value.isReadOnly),
                            "isSensitive": .bool(value.isSensitive), "isDefault": .bool(value.isDefault),
                        ]
                    }))
        }

        private static func source(_ value: ConfigValue) -> String {
            switch value.source {
            case 1: "topic"
            case 2: "broker"
            case 3: "all brokers"
            case 4: "server.properties"
            case 5: "default"
            case 6: "logger"
            case 8: "group"
            default: "unknown"
            }
        }
    }

    struct Alter: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Set, delete, add to or take from configs.")
        @OptionGroup var options: ClientOptions
        @Option(name: .customLong("topic"), help: "A topic; may be repeated.") var topics: [String] = []
        @Option(name: .customLong("broker"), help: "A broker's id; may be repeated.") var brokers: [Int32] = []
        @Option(name: .customLong("group"), help: "A group; may be repeated.") var groups: [String] = []
        @Option(name: .customLong("broker-logger"), help: "A broker's id, for levels of its loggers; may be repeated.")
        var brokerLoggers: [Int32] = []
        @Flag(help: "The defaults of all brokers.") var allBrokers = false
        @Option(name: .customLong("set"), help: "key=value; may be repeated.") var sets: [String] = []
        @Option(name: .customLong("delete"), help: "A key to go back to its default.") var deletes: [String] = []
        @Option(name: .customLong("append"), help: "key=word to add to a list.") var appends: [String] = []
        @Option(name: .customLong("subtract"), help: "key=word to take from a list.") var subtracts: [String] = []
        @Flag(help: "Only check whether the change is allowed.") var validateOnly = false

        private var resources: [ConfigResource] {
            topics.map { .topic($0) } + brokers.map { .broker($0) } + groups.map { .group($0) }
                + brokerLoggers.map { .brokerLogger($0) } + (allBrokers ? [.allBrokers] : [])
        }

        func validate() throws {
            guard !resources.isEmpty else {
                throw ValidationError("Give --topic, --broker, --broker-logger, --group or --all-brokers.")
            }
            guard !(sets + deletes + appends + subtracts).isEmpty else {
                throw ValidationError("Give --set, --delete, --append or --subtract.")
            }
            for pairs in [sets, appends, subtracts] { _ = try KeyValue.parse(pairs) }
        }

        func run() async throws {
            var changes: [String: ConfigChange] = [:]
            for (key, value) in try KeyValue.parse(sets) { changes[key] = .set(value) }
            for (key, value) in try KeyValue.parse(appends) { changes[key] = .append(value) }
            for (key, value) in try KeyValue.parse(subtracts) { changes[key] = .subtract(value) }
            for key in deletes { changes[key] = .delete }
            let wanted = Dictionary(
                resources.map { [changes] in ($0, changes) }, uniquingKeysWith: { first, _ in first })
            var undoing: Undoing?
            let (owners, values) = (resources, changes)
            let outcomes = try await options.changing(
                "changing configs", ConfigsCommand.words(owners, values), undo: { undoing }, noted: !validateOnly
            ) { client in
                if !validateOnly { undoing = await Undoing.configs(owners, values, client) }
                return await client.incrementalAlterConfigs(wanted, validateOnly: validateOnly)
            }
            try options.output.printOutcomes(outcomes, title: "resource", name: \.description) { _ in
                validateOnly ? "allowed" : "changed"
            }
        }
    }
}
