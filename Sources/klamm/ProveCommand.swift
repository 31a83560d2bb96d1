import ArgumentParser
import Dashboard
import Glibc
import KafkaClient
import LocalCluster
import Terminal

/// `klamm prove`: whether a cluster keeps what it acknowledges, while its brokers are broken.
struct ProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", abstract: "Prove that nothing acknowledged is lost while brokers fail.",
        discussion: """
            Writes numbered records with acks=all, reads them back, and kills, pauses or stops brokers meanwhile. Without \
            --cluster-dir or --bootstrap-server it does so to a three-broker cluster of its own, which is removed \
            afterwards. A cluster at --bootstrap-server is written to and read from, and nothing else.

            Exit code 0 only when every acknowledged record was read once and in order.
            """)

    @Option(help: "How long to write.")
    var minutes: Double = 5

    @Option(help: "Seconds from one fault to the next.")
    var every: Double = 30

    @Option(help: "What befalls brokers, in turn: kill, pause, stop; or none. (default: kill,pause)")
    var faults: String?

    @Option(help: "Records per second, of all producers together.")
    var rate: Double = 1_000

    @Option(help: "How many producers write.")
    var producers: Int32 = 4

    @Option(help: "Partitions of the topic.")
    var partitions: Int32 = 6

    @Option(help: "Bytes of each record's value, at least 32.")
    var size: Int = 100

    @Option(help: "Brokers of a cluster to write to and read from, as host:port,…; none of them is broken.")
    var bootstrapServer: String?

    @Option(help: "The directory of a bundled cluster that runs and whose brokers may be broken.")
    var clusterDir: String?

    @Flag(help: "Break brokers of a cluster that has other topics too.")
    var yes = false

    @Flag(help: "Lines instead of the screen, as when the output is not a terminal.")
    var plain = false

    @Option(help: "How to print results.")
    var output = OutputFormat.table

    private var kinds: [ProofFault.Kind]? {
        guard let faults else { return bootstrapServer == nil ? [.kill, .pause] : [] }
        return faults == "none" ? [] : ProofFault.Kind.list(faults)
    }

    func validate() throws {
        guard minutes > 0, minutes <= 10_080 else {
            throw ValidationError("--minutes must be above 0 and at most 10080")
        }
        guard every >= 1, every <= 86_400 else { throw ValidationError("--every must be between 1 and 86400") }
        guard rate > 0, rate <= 100_000 else { throw ValidationError("--rate must be above 0 and at most 100000") }
        guard (1...100).contains(producers) else { throw ValidationError("--producers must be between 1 and 100") }
        guard (1...1_000).contains(partitions) else { throw ValidationError("--partitions must be between 1 and 1000") }
        guard (32...900_000).contains(size) else { throw ValidationError("--size must be between 32 and 900000") }
        guard let kinds else {
            throw ValidationError("--faults \(faults ?? ""): use kill, pause, stop with commas, or none")
        }
        guard bootstrapServer == nil || clusterDir == nil else {
            throw ValidationError("--bootstrap-server and --cluster-dir name two clusters: give one of them")
        }
        guard bootstrapServer == nil || kinds.isEmpty else {
            throw ValidationError(
                "--faults needs a bundled cluster: brokers at --bootstrap-server are not broken; use --cluster-dir")
        }
    }

    func run() async throws {
        let report: ProofReport
        if let bootstrapServer {
            report = try await prove(at: bootstrapServer, on: nil, nil)
        } else if let clusterDir {
            let cluster = ManagedCluster(ClusterDirectory(clusterDir))
            report = try await prove(at: try await cluster.status().bootstrapServers, on: cluster, nil)
        } else {
            report = try await proveOnOwnCluster()
        }
        report.print(output)
        if !report.holds { throw Failure.failed }
    }

    private func proveOnOwnCluster() async throws -> ProofReport {
        try await TemporaryCluster.with("klamm-prove", keepingDataIf: { !$0.holds }) { cluster, lifeline in
            Console.note("starting 3 brokers …")
            let status = try await cluster.start(brokers: 3, firstPort: 0, lifeline: lifeline).whole()
            return try await prove(at: status.bootstrapServers, on: cluster, lifeline)
        }
    }

    private func prove(
        at servers: String, on cluster: ManagedCluster?, _ lifeline: Lifeline?
    ) async throws -> ProofReport {
        guard let addresses = BrokerAddress.list(servers) else {
            throw ValidationError("`\(servers)` is not a list of host:port.")
        }
        var configuration = ClientConfiguration(bootstrap: addresses)
        configuration.clientID = "klamm-prove"
        configuration.connectTimeout = .seconds(2)
        let client = KafkaClient(configuration)
        do {
            let report = try await prove(with: client, on: cluster, lifeline)
            await client.close()
            return report
        } catch {
            await client.close()
            throw error
        }
    }

    private func prove(
        with client: KafkaClient, on cluster: ManagedCluster?, _ lifeline: Lifeline?
    ) async throws -> ProofReport {
        let topics = try await client.listTopics(includeInternal: false).map(\.name)
        let kinds = kinds ?? []
        if cluster != nil, !kinds.isEmpty, !topics.isEmpty, !yes {
            throw ValidationError(
                "The cluster has other topics (\(topics.prefix(3).joined(separator: ", "))…): give --yes to break its "
                    + "brokers all the same, or --faults none.")
        }
        let brokers = try await client.describeCluster().brokers.count
        let factor = min(3, Int16(clamping: brokers))
        let name = (1...).lazy.map { "prove-\($0)" }.first { !topics.contains($0) } ?? "prove-1"
        let topic = NewTopic(
            name, partitions: partitions, replicationFactor: factor,
            configs: ["min.insync.replicas": "\(min(2, factor))"])
        _ = try await client.createTopics([topic])[name]?.get()
        Console.note("topic \(name): \(partitions) partitions, \(factor) replicas, \(producers) producers")
        let order = ProofRun.Order(
            duration: .seconds(minutes * 60), every: .seconds(every), faults: kinds, rate: rate, producers: producers,
            partitions: partitions, size: size)
        let shows = !plain && output == .table && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        let mailbox = Mailbox<ProveMessage>()
        let run = ProofRun(client: client, cluster: cluster, lifeline: lifeline, order: order, topic: name) { text in
            if shows { mailbox.send(.said(text)) } else { Console.note(text) }
        }
        let place = bootstrapServer ?? (clusterDir == nil ? "a cluster of its own" : "bundled")
        let report = shows ? try await show(run, mailbox, cluster: place) : try await tell(run)
        // What speaks against the claim stays to be looked at.
        if report.holds { _ = await client.deleteTopics([name]) } else { Console.note("topic \(name) is kept") }
        return report
    }

    /// Runs with a line every five seconds. A signal ends the writing; what was acknowledged is still read.
    private func tell(_ run: ProofRun) async throws -> ProofReport {
        let signals = StopSignals()
        let telling = Task {
            var next = ContinuousClock.now + .seconds(5)
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(200))
                if !run.control.isStopped, signals.number != nil {
                    Console.note("stopping: what was acknowledged is still read")
                    run.control.stop()
                }
                guard next <= .now, !Task.isCancelled else { continue }
                next += .seconds(5)
                Console.note(run.progress)
            }
        }
        defer { telling.cancel() }
        return try await run.run()
    }

    /// Runs with the screen.
    private func show(_ run: ProofRun, _ mailbox: Mailbox<ProveMessage>, cluster: String) async throws -> ProofReport {
        let settings = Surroundings.settings
        var options = ScreenOptions(environment: Surroundings.variables)
        options.usesMouse = false
        options.forcesASCII = settings.forcesASCII
        options.theme = ((try? ThemeInUse(settings.theme)) ?? .standard).theme
        let work = Task {
            defer { mailbox.send(.ended) }
            return try await run.run()
        }
        let showing = Task { await ProofPictures(run: run, cluster: cluster).run { mailbox.send(.picture($0)) } }
        defer {
            showing.cancel()
            run.control.stop()
        }
        _ = try await ScreenLoop.run(options, mailbox: mailbox) { _ in ProveProgram(run, cluster: cluster) }
        // The screen is left early by a signal or by whoever does not want to wait.
        run.control.stop()
        return try await Console.waiting(for: "reading the rest") { try await work.value }
    }
}

extension ProveCommand {
    /// The program that the dashboard gives the terminal to: `klamm prove` on a cluster of its own. Its report stays until
    /// somebody has read it.
    static func onItsOwn(_ options: [String]) -> [String] {
        let script = """
            "$0" prove "$@"; status=$?; printf '\\nEnter: back to the dashboard '; read -r line; exit $status
            """
        // The file of this process, whatever has become of its path since.
        return ["/bin/sh", "-c", script, "/proc/\(getpid())/exe"] + options
    }
}
