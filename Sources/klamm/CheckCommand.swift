import ArgumentParser
import ClusterInsight
import Dashboard
import KafkaClient
import KafkaProtocol

/// `klamm check`: whether a cluster is well, for scripts and monitoring.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say whether a cluster is well, and why not.",
        discussion: """
            Exit codes: 0 ok, 1 warning, 2 critical. Critical are offline partitions, partitions below \
            min.insync.replicas, a quorum without majority, leaders that do not answer, and a cluster of which no broker \
            answers.
            """)

    @OptionGroup var options: ClientOptions

    @Option(help: "Warn when a group has more unread messages than this.")
    var maxLag: Int64?

    @Option(help: "Warn when more partitions than this miss a replica.")
    var maxUrp = 0

    func validate() throws {
        guard maxUrp >= 0, maxLag ?? 0 >= 0 else { throw ValidationError("--max-urp and --max-lag count from 0 on") }
    }

    func run() async throws {
        let client = KafkaClient(try await options.configuration())
        let outcome = await Console.waiting(for: "looking at the cluster") {
            await ClusterLook(client: client).take(within: .seconds(options.timeout))
        }
        await client.close()
        var limits = HealthLimits()
        limits.lag = maxLag
        limits.underReplicated = maxUrp
        let findings: [HealthFinding]
        switch outcome {
        case .success(let report): findings = HealthFinding.all(report, limits: limits)
        case .failure(let error): findings = [.init(level: .critical, check: "connection", detail: error.text)]
        }
        let level = findings.map(\.level).max() ?? .ok
        print(level, findings, try? outcome.get())
        throw ExitCode(Int32(level.rank))
    }

    private func print(_ level: HealthLevel, _ findings: [HealthFinding], _ report: ClusterReport?) {
        var table = Table([.text("level"), .text("check"), .text("found")])
        for finding in findings { table.add([finding.level.rawValue, finding.check, finding.detail]) }
        if let report, findings.isEmpty {
            let snapshot = report.snapshot
            table.add([
                level.rawValue, "cluster",
                "\(snapshot.liveBrokers.count) brokers, \(snapshot.partitionCount) partitions, "
                    + "\(snapshot.groups.count) groups",
            ])
        }
        options.output.print(
            table,
            json: [
                "status": .string(level.rawValue),
                "findings": .array(
                    findings.map {
                        [
                            "level": .string($0.level.rawValue), "check": .string($0.check),
                            "detail": .string($0.detail),
                        ]
                    }),
            ])
    }
}

/// One look at a cluster with everything that the screen knows of it.
struct ClusterLook {
    let client: KafkaClient

    /// Waits until every source has answered or failed; after the time what is known until then, if anything.
    func take(within time: Duration) async -> Result<ClusterReport, Dashboard.Failure> {
        let (messages, sender) = AsyncStream.makeStream(
            of: Dashboard.Message.self, bufferingPolicy: .bufferingNewest(64))
        let source = LiveSource(
            client: client, bootstrap: client.configuration.bootstrap.map(\.description), managed: nil,
            send: { sender.yield($0) })
        let watching = Task { await source.run() }
        let alarm = Task {
            try? await Task.sleep(for: time)
            sender.finish()
        }
        defer {
            watching.cancel()
            alarm.cancel()
        }
        var newest: ClusterReport?
        var problem = Dashboard.Failure("no broker answered in \(time)")
        looking: for await message in messages {
            switch message {
            case .report(let report, _):
                newest = report
                if report.snapshot.sources.allSatisfy({ $0.answeredAt != nil || $0.failure != nil }) { break looking }
            case .connection(.unreachable(let tries, _)):
                problem = Dashboard.Failure(tries.map { "\($0.address): \($0.error)" }.joined(separator: "; "))
                break looking
            default: break
            }
        }
        await source.stop()
        return newest.map { .success($0) } ?? .failure(problem)
    }
}
