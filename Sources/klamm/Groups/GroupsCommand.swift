import ArgumentParser
import Dashboard
import KafkaClient
import KafkaProtocol

/// Groups of all types: list, describe with lag, reset and delete.
struct GroupsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups", abstract: "List and describe groups, reset offsets, delete.",
        subcommands: [
            List.self, Describe.self, Members.self, ResetOffsets.self, DeleteOffsets.self, Delete.self,
            RemoveMembers.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All groups.")
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let listing = try await options.withClient("asking for groups") { try await $0.listGroups() }
            options.output.print(
                Table(
                    [.text("group"), .text("state"), .text("type"), .text("protocol")],
                    rows: listing.groups.map { [$0.id, $0.state, $0.type, $0.protocolType] }),
                json: .array(
                    listing.groups.map { group in
                        [
                            "id": .string(group.id), "state": .string(group.state), "type": .string(group.type),
                            "protocolType": .string(group.protocolType),
                        ]
                    }))
            for (id, error) in listing.failures.sorted(by: { $0.key < $1.key }) {
                Console.note("klamm: broker \(id) did not tell its groups: \(error)")
            }
            if !listing.failures.isEmpty { throw Failure.failed }
        }
    }

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Committed offsets and lag.",
            discussion: "Share groups commit nothing: their start offsets are told instead, with ≈ before a lag that "
                + "counts messages they are done with out of order, as brokers before Kafka 4.2 do not tell those.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "Groups.") var groups: [String]

        func run() async throws {
            let (outcomes, unknown) = try await options.withClient("asking for offsets") { client in
                let outcomes = await client.lag(of: groups)
                // A group that nobody ever heard of has committed nothing too.
                let without = outcomes.filter { (try? $0.value.get().isEmpty) ?? false }.keys
                let listed = without.isEmpty ? nil : try? await client.listGroups()
                let known = listed.map { Set($0.groups.map(\.id)) }
                let isAll = listed?.failures.isEmpty ?? false
                return (outcomes, isAll ? without.filter { known?.contains($0) == false }.sorted() : [])
            }
            var rows: [LagRow] = []
            for (group, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
                guard case .success(let partitions) = outcome else { continue }
                rows += partitions.sorted { $0.key < $1.key }.map {
                    LagRow(group: group, partition: $0.key, lag: $0.value)
                }
            }
            let hasStarts = rows.contains { $0.start != nil }
            options.output.print(
                Table(
                    [.text("group"), .text("topic"), .number("partition"), .number("committed")]
                        + (hasStarts ? [.number("start")] : []) + [.number("end"), .number("lag")],
                    rows: rows.map { $0.cells(withStarts: hasStarts) }),
                json: .array(rows.map(\.json)))
            for name in unknown { Console.note("klamm: there is no group \(name)") }
            try Failure.report(outcomes)
            if !unknown.isEmpty { throw Failure.failed }
        }
    }

    /// One partition of a group.
    private struct LagRow {
        let group: String
        let partition: TopicPartition
        let lag: PartitionLag

        var committed: Offset? {
            guard case .committed(let committed) = lag.position else { return nil }
            return committed.offset
        }

        var start: Offset? {
            guard case .share(let share) = lag.position else { return nil }
            return share.start
        }

        private var end: Offset? { try? lag.end.get() }

        func cells(withStarts: Bool) -> [String] {
            let unread = lag.lag.map { (lag.isEstimate && $0 > 0 ? "≈" : "") + "\($0)" } ?? "?"
            return [group, partition.topic, "\(partition.partition)", committed.map { "\($0)" } ?? "-"]
                + (withStarts ? [start.map { "\($0)" } ?? "-"] : []) + [end.map { "\($0)" } ?? "?", unread]
        }

        var json: JSON {
            var fields: [(String, JSON)] = [
                ("group", .string(group)), ("topic", .string(partition.topic)),
                ("partition", .number(partition.partition)), ("committed", .number(committed)),
                ("end", .number(end)), ("lag", .number(lag.lag)),
            ]
            if let start { fields += [("start", .number(start)), ("lagIsEstimate", .bool(lag.isEstimate))] }
            return .object(fields)
        }
    }

    struct Members: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The members of groups and their partitions, or tasks.",
            discussion:
                "Members of a streams group have tasks, named by subtopology and partition as Kafka Streams does.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "Groups.") var groups: [String]

        func run() async throws {
            let outcomes = try await options.withClient("asking for groups") { await $0.describeGroups(groups) }
            let found = outcomes.values.compactMap { try? $0.get() }.sorted { $0.id < $1.id }
            var table = Table([
                .text("group"), .text("state"), .text("member"), .text("client"), .text("host"), .text("partitions"),
            ])
            for group in found {
                if group.members.isEmpty { table.add([group.id, group.state, "-", "-", "-", "-"]) }
                for member in group.members {
                    table.add([group.id, group.state, member.id, member.clientID, member.host, member.has])
                }
            }
            options.output.print(table, json: .array(found.map(\.json)))
            try Failure.report(outcomes)
        }
    }

    struct DeleteOffsets: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete-offsets", abstract: "Forget what a group committed for topics that no member reads.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The group.") var group: String
        @Option(name: .customLong("topic"), help: "A topic with all its partitions; may be repeated.")
        var topics: [String] = []
        @Option(name: .customLong("partition"), help: "A partition as topic/number; may be repeated.")
        var partitions: [PartitionArgument] = []

        func validate() throws {
            guard !topics.isEmpty || !partitions.isEmpty else { throw ValidationError("Give --topic or --partition.") }
        }

        func run() async throws {
            var undoing: Undoing?
            let outcomes = try await options.changing(
                "deleting offsets", "delete offsets of \(group)", undo: { undoing }
            ) { client in
                if await client.isShareGroup(group) { throw ClientError.invalid(CommitsOnly.refusal(of: group)) }
                let committed = try await client.positions(of: group)
                let whole = committed.keys.filter { topics.contains($0.topic) }
                let wanted = Set(partitions.map(\.partition)).union(whole)
                guard !wanted.isEmpty else { throw ClientError.invalid("\(group) has committed nothing there") }
                undoing = Undoing.offsets(of: group, from: committed, to: nil, in: wanted.sorted())
                return try await client.deleteOffsets(of: group, wanted.sorted())
            }
            try options.output.printOutcomes(outcomes, title: "partition", name: \.description) { _ in "deleted" }
        }
    }

    struct RemoveMembers: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove-members", abstract: "Take members out of a classic group.",
            discussion: "`klamm groups members` tells their ids. A member that still runs joins again by itself.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The group.") var group: String
        @Argument(help: "Member ids.") var members: [String]

        func run() async throws {
            try await options.changing(
                "removing members", ScreenChange.removeMembers(group: group, members).summary,
                items: { _ in members.map { ScreenItem($0) } }
            ) { client in
                let type = try? await client.describeGroups([group])[group]?.get().type
                if let type, type == .share || type == .streams {
                    throw ClientError.invalid(
                        "\(group) is a \(type.rawValue) group, whose members leave only by themselves")
                }
                try await client.removeMembers(members, from: group)
            }
            options.output.done(
                "\(members.count) member\(members.count == 1 ? "" : "s") removed from \(group)",
                json: ["group": .string(group), "members": .array(members.map { .string($0) })])
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete groups that have no members.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "Groups.") var groups: [String]

        func run() async throws {
            var undoing: Undoing?
            let outcomes = try await options.changing(
                "deleting groups", ScreenChange.deleteGroups(groups).summary, undo: { undoing }
            ) { client in
                undoing = Undoing.groups(groups, await client.committedOffsets(groups))
                return await client.deleteGroups(groups)
            }
            try options.output.printOutcomes(outcomes, title: "group", name: { $0 }) { _ in "deleted" }
        }
    }
}

extension GroupMember {
    /// Its partitions, or its tasks.
    fileprivate var has: String {
        guard let tasks = streams?.tasks else { return assignment.sorted().map(\.description).joined(separator: " ") }
        let kinds = [("", tasks.active), ("standby ", tasks.standby), ("warm-up ", tasks.warmup)].filter {
            !$0.1.isEmpty
        }
        return kinds.map { $0.0 + $0.1.map(\.description).joined(separator: " ") }.joined(separator: "; ")
    }

    fileprivate var json: JSON {
        var fields: [(String, JSON)] = [
            ("id", .string(id)), ("instanceId", .text(instanceID)), ("clientId", .string(clientID)),
            ("host", .string(host)), ("partitions", .array(assignment.sorted().map { .string($0.description) })),
            ("epoch", .number(epoch)),
        ]
        if let streams {
            fields += [
                ("processId", .string(streams.processID)), ("topologyEpoch", .number(streams.topologyEpoch)),
                ("activeTasks", .tasks(streams.tasks.active)), ("standbyTasks", .tasks(streams.tasks.standby)),
                ("warmupTasks", .tasks(streams.tasks.warmup)),
            ]
        }
        return .object(fields)
    }
}

extension JSON {
    fileprivate static func tasks(_ tasks: [StreamsTask]) -> JSON { .array(tasks.map { .string($0.description) }) }
}

extension GroupDescription {
    fileprivate var json: JSON {
        var fields: [(String, JSON)] = [
            ("id", .string(id)), ("type", .string(type.rawValue)), ("state", .string(state)),
            ("protocolType", .string(protocolType)), ("assignor", .string(protocolName)), ("epoch", .number(epoch)),
        ]
        if let topology {
            fields += [
                ("topologyEpoch", .number(topology.epoch)),
                (
                    "subtopologies",
                    topology.subtopologies.map { parts in
                        .array(
                            parts.map { ["id": .string($0.id), "topics": .array($0.sources.map { .string($0) })] })
                    } ?? .null
                ),
            ]
        }
        return .object(fields + [("members", .array(members.map(\.json)))])
    }
}
