import ArgumentParser
import Dashboard
import KafkaClient
import KafkaProtocol

extension ReassignCommand {
    /// `klamm reassign cancel`.
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take moves under way back, and remove their throttle.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The JSON file, or - for stdin.") var file: String?
        @Option(name: .customLong("partition"), help: "A partition as topic/number; may be repeated.")
        var partitions: [PartitionArgument] = []
        @Flag(help: "All moves under way.") var all = false

        func validate() throws {
            guard [file != nil, !partitions.isEmpty, all].count(where: { $0 }) == 1 else {
                throw ValidationError("Give a file, --partition or --all.")
            }
        }

        func run() async throws {
            var wanted = partitions.isEmpty ? nil : Set(partitions.map(\.partition))
            if let file { wanted = Set(try InputFile.read(file, PlanFile.read).keys) }
            let chosen = wanted
            var undoing: Undoing?
            let cancel = try await options.changing(
                "cancelling moves", "cancel moves", undo: { undoing }, items: { Noted.items($0.moves) }
            ) { client in
                let moving = try await client.listReassignments().filter { chosen?.contains($0.key) ?? true }
                let throttle = try? await client.throttles().rates.values.max()
                let cancel = try await client.cancelMoves(of: chosen)
                let ended = moving.filter { cancel.moves[$0.key]?.isFailure == false }
                undoing = Undoing.cancelling(ended, throttle: throttle)
                return cancel
            }
            if cancel.moves.isEmpty {
                Console.note(all ? "no partition is moving" : "none of these partitions is moving")
            }
            let problem = ReassignCommand.report(
                cancel.throttle, done: "throttle removed", failed: "throttle not removed")
            try options.output.printOutcomes(cancel.moves, title: "partition", name: \.description) { _ in "cancelled" }
            if let problem { throw Failure.code(problem) }
        }
    }
}

/// A partition as `topic/number`, or as Kafka writes it: `topic-number`.
struct PartitionArgument: ExpressibleByArgument {
    let partition: TopicPartition

    init?(argument: String) {
        guard let slash = argument.lastIndex(of: "/") ?? argument.lastIndex(of: "-"), slash != argument.startIndex,
            let number = Int32(argument[argument.index(after: slash)...]), number >= 0
        else { return nil }
        partition = TopicPartition(String(argument[..<slash]), number)
    }
}
