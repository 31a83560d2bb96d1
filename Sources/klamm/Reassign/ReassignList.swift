import ArgumentParser
import KafkaClient
import KafkaProtocol

extension ReassignCommand {
    /// `klamm reassign list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "All moves under way, and all throttles that are set.")
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let (moves, throttles) = try await options.withClient("asking for moves") { client in
                (try await client.listReassignments().sorted { $0.key < $1.key }, try await client.throttles())
            }
            let set = throttles.values.map { ($0.key.description, $0.value.sorted { $0.key < $1.key }) }
                .sorted { $0.0 < $1.0 }
            options.output.print(
                Table(
                    [.text("partition"), .text("replicas"), .text("adding"), .text("removing")],
                    rows: moves.map { [$0.description, $1.replicas.listed, $1.adding.listed, $1.removing.listed] }),
                json: [
                    "reassignments": .array(moves.map { Self.json($0.key, $0.value) }),
                    "throttles": .array(
                        set.map { resource, configs in
                            .object(
                                [("resource", .string(resource))] + configs.map { ($0.key, JSON.string($0.value)) })
                        }),
                ])
            if options.output == .table, !set.isEmpty {
                let rows = set.flatMap { resource, configs in configs.map { [resource, $0.key, $0.value] } }
                Console.line("")
                for line in Table([.text("throttle on"), .text("config"), .text("value")], rows: rows).lines {
                    Console.line(line)
                }
                if moves.isEmpty { Console.note("nothing moves any more: `klamm reassign throttle none` removes them") }
            }
            for (resource, error) in throttles.unread { Console.note("klamm: \(resource): \(error)") }
            for error in throttles.unread.values { throw Failure.code(error) }
        }

        private static func json(_ partition: TopicPartition, _ move: OngoingReassignment) -> JSON {
            [
                "partition": .string(partition.description), "replicas": .numbers(move.replicas),
                "adding": .numbers(move.adding), "removing": .numbers(move.removing),
            ]
        }
    }
}
