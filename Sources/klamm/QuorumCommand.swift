import ArgumentParser
import KafkaClient
import KafkaProtocol

/// The metadata quorum.
struct QuorumCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quorum", abstract: "Show the metadata quorum and change its voters.",
        subcommands: [Describe.self, Add.self, Remove.self])

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
                "id": .number(node.id),
                "directoryId": node.directory == .zero ? .null : .string(node.directory.description),
                "logEndOffset": .number(node.logEndOffset),
                "lastFetchTimestamp": .number(node.lastFetch), "lastCaughtUpTimestamp": .number(node.lastCaughtUp),
            ]
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a broker that observes the quorum a voter.",
            discussion: "Give every new voter time to catch up, and keep their number odd: 4 voters survive no more "
                + "failures than 3. Where other voters reach it follows from the cluster when its voters are brokers "
                + "too; Kafka with controllers of their own does not tell, so that --listener must.")
        @Argument(help: "Its id.") var broker: Int32
        @Option(help: "Where other voters reach it, such as CONTROLLER://kafka-4:9093.") var listener: String?
        @OptionGroup var options: ClientOptions

        func validate() throws {
            guard let listener, VoterListener.parse(listener) == nil else { return }
            throw ValidationError("--listener \(listener) is no listener: CONTROLLER://kafka-4:9093")
        }

        func run() async throws {
            let voters = try await options.changing(
                "making broker \(broker) a voter", ScreenChange.addVoter(broker).summary,
                undo: { Undoing(.addVoter(broker)) }, of: "broker \(broker)"
            ) { client in
                try await client.makeVoter(broker, at: listener.flatMap(VoterListener.parse))
                return try await client.describeQuorum().voters
            }
            QuorumCommand.report("Broker \(broker) is a voter", voters, options)
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a voter's vote away; it goes on as a broker that observes the quorum.")
        @Argument(help: "The voter's id, whether it is up or not.") var broker: Int32
        @OptionGroup var options: ClientOptions

        func run() async throws {
            let voters = try await options.changing(
                "taking the vote of broker \(broker)", ScreenChange.removeVoter(broker).summary,
                undo: { Undoing(.removeVoter(broker)) }, of: "broker \(broker)"
            ) { client in
                try await client.takeVote(of: broker)
                return try await client.describeQuorum().voters
            }
            QuorumCommand.report("Broker \(broker) is no voter", voters, options)
        }
    }

    private static func report(_ what: String, _ voters: [QuorumNode], _ options: ClientOptions) {
        let ids = voters.map(\.id).sorted()
        options.output.done(
            "\(what); the quorum is \(ids.map { "\($0)" }.joined(separator: ", ")).",
            json: ["voters": .array(ids.map { .number($0) })])
    }
}
