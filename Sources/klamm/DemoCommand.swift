import ArgumentParser
import Dashboard
import KafkaClient
import TerminalUI

/// `klamm demo`: traffic to look at, from a small notification service.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Produce and consume like a small notification service, so that there is traffic.",
        discussion: """
            Events keyed by user go to post-events. The group notification-store turns them into notifications and keeps up;
            the group notification-push is too slow for a minute, then catches up. Ctrl-C ends it.
            """)

    @OptionGroup var options: ClientOptions

    @Option(help: "Events per second.")
    var rate: Double = 500

    @Option(help: "Partitions of each topic, when they are created.")
    var partitions: Int32 = 6

    @Option(help: "Replicas of each partition, when they are created; the brokers there are when fewer.")
    var replicationFactor: Int16 = 3

    @Option(help: "End after this many seconds.")
    var seconds: Double?

    @Option(help: "The same number gives the same events.")
    var seed: UInt64 = 1

    @Flag(help: "Only create the topics that the dashboard offers to an empty cluster, with some messages in each.")
    var topicsOnly = false

    func validate() throws {
        guard rate > 0, rate <= 100_000 else { throw ValidationError("--rate must be above 0 and at most 100000") }
        guard partitions > 0, replicationFactor > 0 else {
            throw ValidationError("--partitions and --replication-factor must be above 0")
        }
    }

    func run() async throws {
        guard !topicsOnly else { return try await createTopics() }
        try await options.withClient("demo traffic, Ctrl-C ends it") { client in
            let service = DemoService(client: client, rate: rate, seed: seed)
            let brokers = try await client.describeCluster().brokers.count
            try await service.createTopics(
                partitions: partitions, replicationFactor: min(replicationFactor, Int16(clamping: brokers)))
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await service.run() }
                group.addTask { await report(service) }
                if let seconds {
                    try? await Task.sleep(for: .seconds(seconds))
                    group.cancelAll()
                }
            }
        }
    }

    private func createTopics() async throws {
        let results = try await options.changing(
            "creating the demo topics", ScreenChange.createDemo.summary,
            items: { $0.map { ScreenItem($0.name, failure: $0.failure) } }
        ) { await DemoTopics.create($0) }
        options.output.print(
            Table([.text("topic"), .text("result")], rows: results.map { [$0.name, $0.failure ?? "created"] }),
            json: .array(results.map { ["topic": .string($0.name), "error": .text($0.failure)] }))
        if results.contains(where: { $0.failure != nil }) { throw Failure.failed }
    }

    private func report(_ service: DemoService) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(5))
            let counts = service.takeCounts()
            var line = "events \(Format.rate(Double(counts.produced) / 5))/s"
            line += "  stored \(Format.rate(Double(counts.notified) / 5))/s"
            line += "  pushed \(Format.rate(Double(counts.pushed) / 5))/s"
            if counts.failed > 0 { line += "  failed \(counts.failed): \(counts.lastError ?? "")" }
            Console.line(line)
        }
    }
}
