import KafkaClient
import KafkaProtocol
import LocalCluster
import NIOCore
import TerminalUI

/// What it costs the dashboard to follow a topic into which a million messages a minute are written: it keeps the newest
/// up to its bounds, whatever comes.
struct TailBench {
    let cluster: ManagedCluster
    let lifeline: Lifeline
    private(set) var report = BenchReport()

    /// Records per second: a million in a minute.
    private static let rate = 1_000_000.0 / 60
    private static let topic = "bench-tail"
    /// How long it is watched, after what is kept has reached its bounds.
    private static let watched = Duration.seconds(60)

    init(cluster: ManagedCluster, lifeline: Lifeline) {
        self.cluster = cluster
        self.lifeline = lifeline
    }

    mutating func run() async throws {
        report.begin("tail")
        let status = try await cluster.start(brokers: 3, firstPort: 0, lifeline: lifeline).whole()
        var configuration = ClientConfiguration(bootstrap: BrokerAddress.list(status.bootstrapServers) ?? [])
        configuration.clientID = "klamm-bench"
        let client = KafkaClient(configuration)
        _ = try await client.createTopics([
            NewTopic(Self.topic, partitions: 6, replicationFactor: 3)
        ])[Self.topic]?.get()
        let writer = Task { try await Self.write(client) }
        do {
            try await watch(status.bootstrapServers)
        } catch {
            writer.cancel()
            throw error
        }
        writer.cancel()
        let written = try await writer.value
        report.add("tail: written", written, .recordsPerSecond, "100 B, 6 partitions, RF 3, acks=all")
        await client.close()
    }

    /// Writes at a steady rate until it is cancelled.
    ///
    /// - Returns: records per second that were acknowledged.
    private static func write(_ client: KafkaClient) async throws -> Double {
        let producer = Producer(client)
        let acknowledged = Latencies()
        let value = ByteBuffer(repeating: UInt8(ascii: "x"), count: 100)
        let began = ContinuousClock.now
        var pace = DemoPace(perSecond: rate, now: began)
        var number = 0
        while !Task.isCancelled {
            let due = pace.due(now: .now)
            for _ in 0..<due {
                number += 1
                let key = ByteBuffer(string: "\(number)")
                try await producer.enqueue(ProducerRecord(topic: topic, key: key, value: value)) { result in
                    if case .success = result { acknowledged.add(.zero) }
                }
            }
            _ = pace.did(due, now: .now)
            try? await Task.sleep(for: .milliseconds(5))
        }
        await producer.close()
        return Double(acknowledged.count) / (began.duration(to: .now) / .seconds(1))
    }

    private mutating func watch(_ bootstrap: String) async throws {
        let times = FrameTimes.File()
        defer { times.remove() }
        let arguments = ["dashboard", "--bootstrap-server", bootstrap, "--frame-times", times.path]
        guard let terminal = PseudoTerminal(arguments) else { return Console.note("no terminal can be opened") }
        let follows = try await follow(terminal)
        guard follows, let frames = times.read() else {
            return Console.note("the dashboard did not show how much of the tail it keeps")
        }
        report.add("tail: frame p50", frames.p50, "\(frames.count) frames, drawn and shown")
        let longest = Format.decimal(frames.longest / .milliseconds(1), places: 1)
        report.add("tail: frame p99", frames.p99, "the longest \(longest) ms")
    }

    /// Ends the dashboard in any case.
    private mutating func follow(_ terminal: PseudoTerminal) async throws -> Bool {
        defer { terminal.stop() }
        var seen = ""
        let frame = ScreenBench.frame + [ScreenBench.figures]
        guard try await terminal.wait(for: frame, since: .now, &seen) != nil else { return false }
        terminal.type(":messages \(Self.topic)\r")
        try await terminal.drain(for: .seconds(10))
        guard let first = ProcessFigures(pid: terminal.process), let before = try await received(terminal),
            let watched = try await ScreenBench.idle(terminal, for: Self.watched),
            let after = try await received(terminal)
        else { return false }
        report.add("tail: memory after 10 s", Double(first.residentBytes), .bytes, "resident")
        report.add("tail: memory a minute later", Double(watched.residentBytes), .bytes, "resident")
        let rate = Double(after - before) / (Self.watched / .seconds(1))
        report.add("tail: received", rate, .recordsPerSecond, "\(Format.count(after)) in all, the newest are kept")
        report.add("tail: processor", watched.processorPercent, .percent, "of one core")
        return true
    }

    /// How many messages have come, which the screen says below them: `kept 10,000 of 1,200,000 (1 MiB)`.
    private func received(_ terminal: PseudoTerminal) async throws -> Int? {
        let repaint = "\u{0c}"
        terminal.type(repaint)
        var seen = ""
        guard try await terminal.wait(for: ["kept ", "B)"], since: .now, &seen) != nil,
            let kept = seen.firstRange(of: "kept ")
        else { return nil }
        let words = seen[kept.upperBound...].prefix { $0 != "(" }.split(separator: " ")
        return words.last.flatMap { Int($0.filter { $0 != "," }) }
    }
}
