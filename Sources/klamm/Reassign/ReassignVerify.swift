import ArgumentParser
import Dashboard
import KafkaClient
import KafkaProtocol

extension ReassignCommand {
    /// `klamm reassign verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Whether the moves of a file are done; exit code 1 until they are. Then removes their throttle.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The JSON file, or - for stdin.") var file: String
        @Flag(help: "Leave throttles as they are.") var preserveThrottles = false

        func run() async throws {
            let targets = try InputFile.read(file, PlanFile.read)
            let (states, removed) = try await options.withClient("asking for moves") { client in
                let states = try await ReassignCommand.states(client, of: targets)
                let isOver = !preserveThrottles && !states.values.contains(.moving)
                return (states, isOver ? try await client.removeThrottles(of: Set(targets.keys)) : [:])
            }
            let rows = states.map { ($0.key, $0.value.rawValue) }.sorted { $0.0 < $1.0 }
            options.output.print(
                Table([.text("partition"), .text("state")], rows: rows.map { [$0.0.description, $0.1] }),
                json: .array(rows.map { ["partition": .string($0.0.description), "state": .string($0.1)] }))
            let problem = ReassignCommand.report(removed, done: "throttle removed", failed: "throttle not removed")
            if let problem { throw Failure.code(problem) }
            if states.values.contains(where: { $0 != .done }) { throw Failure.failed }
        }
    }
}
