import ArgumentParser
import ClusterInsight
import KafkaClient
import KafkaProtocol

/// Moving partitions between brokers.
struct ReassignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reassign", abstract: "Plan, start, watch and cancel moves of partitions between brokers.",
        subcommands: [Plan.self, Execute.self, Verify.self, Cancel.self, List.self])

    struct Plan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Work out a reassignment; prints the JSON that `execute` takes.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "Topics (default: all that are not internal).") var topics: [String] = []
        @Option(help: "Empty this broker.") var off: Int32?
        @Option(help: "Fill this broker.") var onto: Int32?
        @Option(help: "Give every partition this many replicas.") var replicationFactor: Int?
        @Flag(help: "Only change who leads.") var leadersOnly = false

        func run() async throws {
            let snapshot = try await options.withClient("reading the cluster") { try await Self.snapshot($0) }
            let chosen = snapshot.topics.filter { topics.isEmpty ? !$0.isInternal : topics.contains($0.name) }
            for name in topics where !chosen.contains(where: { $0.name == name }) {
                throw ClientError.invalid("there is no topic \(name)")
            }
            let partitions = chosen.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0.id) } }
            let plan = ReassignmentPlanner(snapshot).plan(partitions, try strategy())
            if let refusal = plan.refusal { throw ClientError.invalid(refusal) }
            for move in plan.changes {
                Console.note("\(move.partition): \(move.before.listed) to \(move.after.listed)")
            }
            Console.note(
                "\(plan.changes.count) of \(plan.moves.count) partitions change, \(plan.replicasMoved) replicas and "
                    + "\(plan.bytes) bytes are copied")
            Console.line(ReassignmentFile.json(plan.assignment).text())
        }

        private func strategy() throws -> MoveStrategy {
            let given: [MoveStrategy?] = [
                off.map { .off($0) }, onto.map { .onto($0) }, replicationFactor.map { .setReplicationFactor($0) },
                leadersOnly ? .leadersOnly : nil,
            ]
            let strategies = given.compactMap { $0 }
            guard strategies.count <= 1 else {
                throw ValidationError("Give at most one of --off, --onto, --replication-factor and --leaders-only.")
            }
            return strategies.first ?? .spreadEvenly
        }

        private static func snapshot(_ client: KafkaClient) async throws -> ClusterSnapshot {
            let cluster = try await client.describeCluster()
            let topics = try await client.listTopics()
            let moves = try await client.listReassignments()
            let directories = try await client.describeLogDirs()
            var logs: [TopicPartition: [ReplicaLog]] = [:]
            for (broker, outcome) in directories {
                guard case .success(let found) = outcome else { continue }
                for (partition, replica) in found.flatMap(\.replicas) where !replica.isFuture {
                    logs[partition, default: []].append(ReplicaLog(broker: broker, bytes: replica.bytes, at: 0))
                }
            }
            var snapshot = ClusterSnapshot(at: 0)
            snapshot.brokers = cluster.brokers.map {
                BrokerSnapshot(
                    id: $0.id, host: $0.host, port: Int($0.port), rack: $0.rack, state: $0.isFenced ? .fenced : .up)
            }
            let sizes = logs
            snapshot.topics = topics.map { topic in
                TopicSnapshot(
                    name: topic.name, isInternal: topic.isInternal,
                    partitions: topic.partitions.map { partition in
                        let id = TopicPartition(topic.name, partition.partition)
                        return PartitionSnapshot(
                            id: partition.partition, leader: partition.leader < 0 ? nil : partition.leader,
                            replicas: partition.replicas, isr: partition.isr, adding: moves[id]?.adding ?? [],
                            removing: moves[id]?.removing ?? [], logs: sizes[id] ?? [])
                    })
            }
            return snapshot
        }
    }

    struct Execute: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start the moves of a file; prints the present assignment, to go back with.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The JSON file, or - for stdin.") var file: String

        func run() async throws {
            let targets = try ReassignmentFile.read(file)
            let (before, outcomes) = try await options.withClient("starting moves") { client in
                let before = try await ReassignCommand.current(client, Array(targets.keys))
                return (before, await client.reassign(targets.mapValues { Optional($0) }))
            }
            Console.line(ReassignmentFile.json(before).text())
            for (partition, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
                guard case .failure(let error) = outcome else { continue }
                Console.note("klamm: \(partition): \(error)")
            }
            for case .failure(let error) in outcomes.values { throw Failure.code(error) }
            Console.note("\(outcomes.count) partitions are moving or in place")
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Whether the moves of a file are done; exit code 1 until they are.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The JSON file, or - for stdin.") var file: String

        func run() async throws {
            let targets = try ReassignmentFile.read(file)
            let (current, moves) = try await options.withClient("asking for moves") { client in
                (try await ReassignCommand.current(client, Array(targets.keys)), try await client.listReassignments())
            }
            let states = targets.sorted { $0.key < $1.key }.map { partition, wanted -> (TopicPartition, String) in
                if moves[partition] != nil { return (partition, "moving") }
                return (partition, current[partition] == wanted ? "done" : "not as planned")
            }
            options.output.print(
                Table([.text("partition"), .text("state")], rows: states.map { [$0.0.description, $0.1] }),
                json: .array(states.map { ["partition": .string($0.0.description), "state": .string($0.1)] }))
            if states.contains(where: { $0.1 != "done" }) { throw Failure.failed }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take back the moves of a file that are under way.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The JSON file, or - for stdin.") var file: String

        func run() async throws {
            let targets = try ReassignmentFile.read(file)
            let outcomes = try await options.withClient("cancelling moves") { client in
                let moving = try await client.listReassignments().keys.filter { targets[$0] != nil }
                let none: [BrokerID]? = nil
                return await client.reassign(Dictionary(uniqueKeysWithValues: moving.map { ($0, none) }))
            }
            try options.output.printOutcomes(outcomes, title: "partition", name: \.description) { _ in "cancelled" }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All moves under way.")
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let moves = try await options.withClient("asking for moves") { try await $0.listReassignments() }
                .sorted { $0.key < $1.key }
            options.output.print(
                Table(
                    [.text("partition"), .text("replicas"), .text("adding"), .text("removing")],
                    rows: moves.map { [$0.description, $1.replicas.listed, $1.adding.listed, $1.removing.listed] }),
                json: .array(
                    moves.map { partition, move in
                        [
                            "partition": .string(partition.description), "replicas": .numbers(move.replicas),
                            "adding": .numbers(move.adding), "removing": .numbers(move.removing),
                        ]
                    }))
        }
    }

    /// The replicas that partitions have now.
    fileprivate static func current(
        _ client: KafkaClient, _ partitions: [TopicPartition]
    ) async throws -> [TopicPartition: [BrokerID]] {
        let topics = await client.describeTopics(Set(partitions.map(\.topic)).sorted())
        var current: [TopicPartition: [BrokerID]] = [:]
        for (name, outcome) in topics {
            for partition in try outcome.get().partitions {
                current[TopicPartition(name, partition.partition)] = partition.replicas
            }
        }
        return current.filter { partitions.contains($0.key) }
    }
}
