import ArgumentParser
import Broker
import CLinux
import Glibc
import NIOPosix

/// The one executable: a dashboard by default, brokers and tools as subcommands.
@main
struct Klamm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "klamm",
        abstract: "A terminal dashboard for Apache Kafka with a real broker cluster inside.",
        discussion: """
            klamm alone starts its bundled cluster of three brokers and shows it; klamm --demo adds traffic to look at.
            klamm --bootstrap-server HOST:PORT shows any Kafka. `klamm dashboard --help` has all options of the screen.

            Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no broker reachable.
            """,
        version: VersionCommand.line,
        subcommands: [
            DashboardCommand.self,
            ClusterCommand.self,
            TopicsCommand.self,
            GroupsCommand.self,
            ConfigsCommand.self,
            ReassignCommand.self,
            ProduceCommand.self,
            ConsumeCommand.self,
            TransactionsCommand.self,
            ProducersCommand.self,
            QuorumCommand.self,
            BrokersCommand.self,
            LogDirsCommand.self,
            FeaturesCommand.self,
            QuotasCommand.self,
            CheckCommand.self,
            EventsCommand.self,
            BrokerCommand.self,
            DemoCommand.self,
            BenchCommand.self,
            GeneratedClusterCommand.self,
            ProveCommand.self,
            VersionCommand.self,
        ],
        defaultSubcommand: DashboardCommand.self)

    static func main() async {
        // A reader that has seen enough closes the pipe; that is reported by write and is no reason to die loudly.
        signal(SIGPIPE, SIG_IGN)
        do {
            if let unknown = UnknownCommand(in: Array(CommandLine.arguments.dropFirst())) { throw unknown }
            var command = try parseAsRoot()
            if !(command is BrokerCommand) { keepMemorySmall() }
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Failure.exit(error)
        }
    }

    /// For what runs for days and is busy for moments. Brokers see to it on their own loop, and their threads do not share.
    private static func keepMemorySmall() {
        clinux_share_one_arena()
        MemoryKeeper.start(on: MultiThreadedEventLoopGroup.singleton.next())
    }
}
