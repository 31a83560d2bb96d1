import ArgumentParser
import ClusterInsight
import Dashboard
import KafkaClient
import KafkaProtocol
import TerminalUI

extension ReassignCommand {
    /// `klamm reassign plan`.
    struct Plan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Work out a reassignment; prints the JSON that `execute` takes.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "Topics (default: all that are not internal).") var topics: [String] = []
        @Option(help: ArgumentHelp("Empty these brokers.", valueName: "id,…")) var off: BrokerList?
        @Option(help: ArgumentHelp("Fill these brokers.", valueName: "id,…")) var onto: BrokerList?
        @Option(help: "Give every partition this many replicas.") var replicationFactor: Int?
        @Flag(help: "Only change who leads.") var leadersOnly = false

        func run() async throws {
            let snapshot = try await options.withClient("reading the cluster") { try await Self.snapshot($0) }
            let chosen = snapshot.topics.filter { topics.isEmpty ? !$0.isInternal : topics.contains($0.name) }
            for name in topics where !chosen.contains(where: { $0.name == name }) {
                throw ClientError.invalid("there is no topic \(name)")
            }
            let known = Set(snapshot.brokers.map(\.id) + snapshot.topics.flatMap { $0.partitions.flatMap(\.replicas) })
            for id in (off?.ids ?? []).sorted() where !known.contains(id) {
                throw ClientError.invalid("there is no broker \(id)")
            }
            let partitions = chosen.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0.id) } }
            let plan = ReassignmentPlanner(snapshot).plan(partitions, try strategy())
            if let refusal = plan.refusal { throw ClientError.invalid(refusal) }
            for move in plan.changes {
                Console.note("\(move.partition): \(move.before.listed) to \(move.after.listed)")
            }
            Console.note(
                "\(plan.changes.count) of \(plan.moves.count) partitions change, replicas copied: "
                    + "\(plan.replicasMoved), \(Format.bytes(Int(plan.bytes)))")
            Console.line(PlanFile.json(plan.assignment))
        }

        private func strategy() throws -> MoveStrategy {
            let given: [MoveStrategy?] = [
                off.map { .off($0.ids) }, onto.map { .onto($0.ids) },
                replicationFactor.map { .setReplicationFactor($0) },
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
}
