import ArgumentParser
import KafkaClient
import KafkaProtocol

/// Moving partitions between brokers, one file per subcommand.
struct ReassignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reassign", abstract: "Plan, start, watch and cancel moves of partitions between brokers.",
        subcommands: [Plan.self, Execute.self, Verify.self, Cancel.self, List.self, Throttle.self])

    /// The replicas that partitions have now, moves under way included.
    static func current(
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

    /// Whether each partition of a file is where it shall be.
    static func states(
        _ client: KafkaClient, of targets: [TopicPartition: [BrokerID]]
    ) async throws -> [TopicPartition: MoveState] {
        let moves = try await client.listReassignments()
        let current = try await current(client, Array(targets.keys))
        return Dictionary(
            uniqueKeysWithValues: targets.map { partition, wanted in
                let state: MoveState =
                    moves[partition] != nil ? .moving : current[partition] == wanted ? .done : .notAsPlanned
                return (partition, state)
            })
    }

    /// Says on stderr what became of throttles; the error of the first one that failed.
    static func report(
        _ throttles: Outcomes<ConfigResource, Bool>, done: String, failed: String
    ) -> ClientError? {
        let sorted = throttles.map { ($0.key.description, $0.value) }.sorted { $0.0 < $1.0 }
        let names = sorted.filter { !$0.1.isFailure }.map(\.0)
        if !names.isEmpty { Console.note("\(done): \(names.joined(separator: ", "))") }
        var first: ClientError?
        for case (let name, .failure(let error)) in sorted {
            Console.note("klamm: \(failed): \(name): \(error)")
            first = first ?? error
        }
        return first
    }
}

/// How a partition of a file stands.
enum MoveState: String {
    case moving
    case done
    /// It does not move, and its replicas are others: the move was cancelled, or another one has come after it.
    case notAsPlanned = "not as planned"
}
