import ArgumentParser
import ClusterInsight
import Dashboard
import KafkaClient
import KafkaProtocol
import LocalCluster
import Terminal
import TerminalUI

/// `klamm events`: the timeline of screen 8 without a screen.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Tell what happened to a cluster: brokers, leaders, in-sync replicas, groups, changes made here.",
        discussion: """
            Without --follow: what the dashboards of this user have kept of the cluster, in at most 20 MiB for all \
            clusters. With --follow the cluster is watched from now on, as a dashboard does, until the command is ended; \
            what it sees is printed and not kept. --output json prints one object a line, with `at` in milliseconds.
            """)

    @OptionGroup var options: ClientOptions

    @Flag(help: "Watch the cluster and print what happens.")
    var follow = false

    @Option(
        help: """
            Print what was kept since then: 15m, 2h, 12:04, "2026-11-22 09:15", local time (default: everything; with \
            --follow nothing).
            """)
    var since: String?

    func validate() throws {
        guard since == nil || begin != nil else {
            throw ValidationError("--since \(since ?? "") is no moment: 15m, 2h, 3d, 12:04, or \"2026-11-22 09:15\"")
        }
    }

    /// Where to begin with what was kept.
    private var begin: Timestamp? {
        since.flatMap { SeekText.moment($0, now: WallClock.now(), zone: .machine) }
    }

    func run() async throws {
        let chosen = try options.cluster.chosen(Surroundings.settings)
        let client = KafkaClient(try await options.configuration())
        do {
            try await tell(of: chosen, client)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    private func tell(of chosen: ChosenCluster, _ client: KafkaClient) async throws {
        if follow { return try await watch(chosen, client) }
        var cluster = EventsFile.Cluster(name: chosen.name)
        do {
            cluster.id = try await client.describeCluster().clusterID
        } catch {
            Console.note("klamm: \(ClientError(error)): showing what was kept of a cluster named \(chosen.name)")
        }
        printKept(of: cluster, since: begin ?? 0)
    }

    private func printKept(of cluster: EventsFile.Cluster, since: Timestamp) {
        guard let directory = Surroundings.stateDirectory else { return }
        let kept = EventsFile(directory: directory).kept(of: cluster, since: since)
        let log = kept.log
        for event in kept.events { print(event, of: log) }
    }

    private func print(_ event: ClusterEvent, of log: EventLog) {
        switch options.output {
        case .table: Console.line(Table.harmless(EventLine.plain(event, of: log, zone: .machine)))
        case .json: Console.bytes(Array(EventLine.json(event, of: log).utf8))
        }
    }

    // MARK: watching

    private func watch(_ chosen: ChosenCluster, _ client: KafkaClient) async throws {
        // A picture holds the whole timeline, so that none but the newest is needed.
        let (messages, sender) = AsyncStream.makeStream(
            of: Dashboard.Message.self, bufferingPolicy: .bufferingNewest(64))
        let source = LiveSource(
            client: client, bootstrap: client.configuration.bootstrap.map(\.description),
            managed: chosen.isBundled ? ManagedCluster(chosen.directory) { _ in } : nil, send: { sender.yield($0) })
        let watching = Task { await source.run() }
        defer { watching.cancel() }
        let patience = ContinuousClock.now + .seconds(options.timeout)
        var told: Int?
        var isLost = false
        for await message in messages {
            Console.endWithoutReader()
            switch message {
            case .report(let report, let log):
                if told == nil { begins(report, chosen) }
                for (_, event) in log.newest(log.total - (told ?? 0)).reversed() { print(event, of: log) }
                told = log.total
                if isLost, report.snapshot.sources.allSatisfy({ $0.failure == nil }) {
                    isLost = false
                    Console.note("klamm: the cluster answers again")
                }
            case .connection(.unreachable(let tries, _)) where told == nil && .now >= patience:
                for one in tries { Console.note("klamm: \(one.address): \(one.error)") }
                throw Failure.unreachable
            case .connection(.lost) where !isLost:
                isLost = true
                Console.note("klamm: no broker answers; looking on")
            default: break
            }
        }
    }

    private func begins(_ report: ClusterReport, _ chosen: ChosenCluster) {
        let snapshot = report.snapshot
        if let begin { printKept(of: .init(name: chosen.name, id: snapshot.clusterID), since: begin) }
        let count = snapshot.brokers.count
        Console.note("watching \(chosen.name): \(snapshot.liveBrokers.count) of \(count) brokers are up")
    }
}
