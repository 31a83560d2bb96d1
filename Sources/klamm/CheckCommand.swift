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
            answers. A disk is full to brokers with less than 0.1 percent or 1 MiB left. Verdicts on groups, and how old what they have not read is, show only over time: --watch 60 looks \
            at the cluster for a minute before it says anything.
            """)

    @OptionGroup var options: ClientOptions

    @Option(
        help: """
            Warn when a group has more unread messages than N, or when one group has: GROUP=N. May be given several \
            times.
            """)
    var maxLag: [LagLimit] = []

    @Option(help: "Warn when the oldest unread message of a group is older than so many seconds; needs --watch.")
    var maxLagSeconds: Double?

    @Option(help: "Warn when more partitions than this miss a replica.")
    var maxUrp = 0

    @Option(help: "Warn when more partitions than this are at min.insync.replicas because a replica is missing.")
    var maxAtMin = 0

    @Option(help: "Warn when more than so many percent of a log directory's file system are used.")
    var maxDisk = HealthLimits.fullDisk

    @Option(
        help: """
            Warn when a transaction is open for longer than so many seconds (default: what its producer asked for).
            """)
    var maxTransactionSeconds: Int64?

    @Option(help: "Look at the cluster for so many seconds; verdicts on groups need about a minute.")
    var watch = 0.0

    func validate() throws {
        guard maxUrp >= 0, maxAtMin >= 0 else { throw ValidationError("--max-urp and --max-at-min count from 0 on") }
        guard (0...100).contains(maxDisk) else { throw ValidationError("--max-disk is a percentage: 0 to 100") }
        guard maxTransactionSeconds ?? 0 >= 0, maxLagSeconds ?? 0 >= 0 else {
            throw ValidationError("--max-transaction-seconds and --max-lag-seconds count from 0 on")
        }
        guard (0...86_400).contains(watch) else { throw ValidationError("--watch takes 0 to 86400 seconds") }
        guard maxLagSeconds == nil || watch > 0 else {
            throw ValidationError("--max-lag-seconds: how old a lag is shows only over time: add --watch 60")
        }
    }

    private var limits: HealthLimits {
        var limits = HealthLimits()
        for limit in maxLag {
            if let group = limit.group {
                limits.lagOfGroups[group] = limit.messages
            } else {
                limits.lag = limit.messages
            }
        }
        limits.lagSeconds = maxLagSeconds
        limits.underReplicated = maxUrp
        limits.atMinISR = maxAtMin
        limits.usedPercent = maxDisk
        limits.transactionSeconds = maxTransactionSeconds
        return limits
    }

    func run() async throws {
        let client = KafkaClient(try await options.configuration())
        let (outcome, transactions) = await Console.waiting(for: "looking at the cluster") {
            let report = await ClusterLook(client: client)
                .take(within: .seconds(options.timeout), watching: .seconds(watch))
            // Kafka before 3.0 does not tell (KIP-664).
            return (report, try? await WriterReader(client).transactions().get())
        }
        await client.close()
        let findings: [HealthFinding]
        switch outcome {
        case .success(let report):
            findings = HealthFinding.all(report, limits: limits, transactions: transactions)
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

/// `--max-lag 10000` for all groups, `--max-lag billing=100` for one.
struct LagLimit: ExpressibleByArgument {
    let group: String?
    let messages: Int64

    init?(argument: String) {
        let number = argument.lastIndex(of: "=").map { argument.index(after: $0) } ?? argument.startIndex
        guard let messages = Int64(argument[number...]), messages >= 0 else { return nil }
        group = number == argument.startIndex ? nil : String(argument[..<argument.index(before: number)])
        self.messages = messages
        if group == "" { return nil }
    }
}

/// One look at a cluster with everything that the screen knows of it.
struct ClusterLook {
    let client: KafkaClient

    /// Waits until every source has answered or failed, and goes on looking as long as wanted; after the time what is known
    /// until then, if anything.
    func take(within time: Duration, watching span: Duration) async -> Result<ClusterReport, Dashboard.Failure> {
        let (messages, sender) = AsyncStream.makeStream(
            of: Dashboard.Message.self, bufferingPolicy: .bufferingNewest(64))
        let source = LiveSource(
            client: client, bootstrap: client.configuration.bootstrap.map(\.description), managed: nil,
            send: { sender.yield($0) })
        let watching = Task { await source.run() }
        let alarm = Task {
            try? await Task.sleep(for: time + span)
            sender.finish()
        }
        defer {
            watching.cancel()
            alarm.cancel()
        }
        let end = ContinuousClock.now + span
        var newest: ClusterReport?
        var problem = Dashboard.Failure("no broker answered in \(time)")
        looking: for await message in messages {
            switch message {
            case .report(let report, _):
                newest = report
                let hasAll = report.snapshot.sources.allSatisfy { $0.completeAt != nil || $0.failure != nil }
                if hasAll, ContinuousClock.now >= end { break looking }
            case .connection(.unreachable(let tries, _)) where newest == nil:
                problem = Dashboard.Failure(tries.map { "\($0.address): \($0.error)" }.joined(separator: "; "))
                break looking
            default: break
            }
        }
        await source.stop()
        return newest.map { .success($0) } ?? .failure(problem)
    }
}
