import ArgumentParser
import KafkaClient

/// How much clients may use.
struct QuotasCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quotas", abstract: "Show and change what users, client ids and addresses may use.",
        discussion: """
            Keys: producer_byte_rate and consumer_byte_rate (bytes a second and broker), request_percentage (of one \
            thread of a broker), controller_mutation_rate (partitions made and deleted a second), and \
            connection_creation_rate (a second, of addresses).
            """,
        subcommands: [List.self, Set.self, Remove.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All quotas, or those of an entity.")
        @OptionGroup var entity: QuotaEntityOptions
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let target = try entity.target(required: false)
            let quotas = try await options.withClient("asking for quotas") { try await $0.describeQuotas(target) }
            let rows = quotas.flatMap { target, values in
                values.map { (entity: QuotaEntityOptions.words(target), target: target, key: $0.key, value: $0.value) }
            }.sorted { ($0.entity, $0.key) < ($1.entity, $1.key) }
            options.output.print(
                Table(
                    [.text("entity"), .text("quota"), .number("value")],
                    rows: rows.map { [$0.entity, $0.key, Self.number($0.value)] }),
                json: .array(
                    rows.map { row in
                        [
                            "entity": .array(
                                row.target.parts.map { ["type": .string($0.type), "name": .text($0.name)] }),
                            "quota": .string(row.key), "value": .double(row.value),
                        ]
                    }))
        }

        private static func number(_ value: Double) -> String {
            value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Set quotas of an entity.")
        @Argument(help: "Quotas as key=value.") var quotas: [String]
        @OptionGroup var entity: QuotaEntityOptions
        @OptionGroup var options: ClientOptions

        func run() async throws {
            var changes: [String: Double?] = [:]
            for (key, text) in try KeyValue.parse(quotas) {
                guard let value = Double(text) else { throw ValidationError("\(key)=\(text) is not a number.") }
                changes[key] = value
            }
            try await entity.change(changes, options)
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove quotas of an entity.")
        @Argument(help: "Keys of quotas.") var quotas: [String]
        @OptionGroup var entity: QuotaEntityOptions
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let changes = quotas.map { ($0, Double?.none) }
            try await entity.change(Dictionary(changes, uniquingKeysWith: { first, _ in first }), options)
        }
    }
}

/// Whom a quota is for.
struct QuotaEntityOptions: ParsableArguments {
    @Option(help: "A user's name.") var user: String?
    @Flag(help: "All users without a quota of their own.") var defaultUser = false
    @Option(name: .customLong("client-id"), help: "A client id.") var clientID: String?
    @Flag(name: .customLong("default-client-id"), help: "All client ids without a quota of their own.")
    var defaultClientID = false
    @Option(help: "An IP address.") var ip: String?
    @Flag(help: "All addresses without a quota of their own.") var defaultIP = false

    func validate() throws { _ = try target(required: false) }

    func target(required: Bool) throws -> QuotaTarget {
        var parts: [QuotaTarget.Part] = []
        for (type, name, isDefault) in [
            ("user", user, defaultUser), ("client-id", clientID, defaultClientID), ("ip", ip, defaultIP),
        ] {
            guard name == nil || !isDefault else {
                throw ValidationError("Give --\(type) or --default-\(type), not both.")
            }
            if name != nil || isDefault { parts.append(.init(type, name)) }
        }
        guard !required || !parts.isEmpty else {
            throw ValidationError("Whose quota is meant? Give --user, --client-id, both, or --ip.")
        }
        return QuotaTarget(parts)
    }

    func change(_ changes: [String: Double?], _ options: ClientOptions) async throws {
        let target = try target(required: true)
        try await options.changing("changing quotas", "quotas of \(Self.words(target))", of: Self.words(target)) {
            try await $0.alterQuotas(changes, of: target)
        }
        options.output.done(
            "The quotas of \(Self.words(target)) are changed.",
            json: ["changed": .array(changes.keys.sorted().map { .string($0) })])
    }

    static func words(_ target: QuotaTarget) -> String {
        target.parts.map { "\($0.type) \($0.name ?? "(default)")" }.joined(separator: ", ")
    }
}
