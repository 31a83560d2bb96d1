import ArgumentParser
import KafkaClient

/// The metadata quorum.
struct QuorumCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quorum", abstract: "Show the metadata quorum.", subcommands: [Describe.self])

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Its leader, voters and observers.")
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let quorum = try await options.withClient("asking for the quorum") { try await $0.describeQuorum() }
            var table = Table([.number("node"), .text("role"), .number("log end"), .number("behind")])
            let leaderEnd = quorum.voters.first { $0.id == quorum.leader }?.logEndOffset
            for (node, role) in quorum.voters.map({ ($0, "voter") }) + quorum.observers.map({ ($0, "observer") }) {
                table.add([
                    "\(node.id)", node.id == quorum.leader ? "leader" : role, "\(node.logEndOffset)",
                    leaderEnd.map { "\(max(0, $0 - node.logEndOffset))" } ?? "?",
                ])
            }
            options.output.print(
                table,
                json: [
                    "leaderId": .number(quorum.leader), "leaderEpoch": .number(quorum.epoch),
                    "highWatermark": .number(quorum.highWatermark),
                    "voters": .array(quorum.voters.map(Self.json)),
                    "observers": .array(quorum.observers.map(Self.json)),
                ])
        }

        private static func json(_ node: QuorumNode) -> JSON {
            [
                "id": .number(node.id), "logEndOffset": .number(node.logEndOffset),
                "lastFetchTimestamp": .number(node.lastFetch), "lastCaughtUpTimestamp": .number(node.lastCaughtUp),
            ]
        }
    }
}
