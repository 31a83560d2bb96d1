import ClusterInsight
import Dashboard
import KafkaClient
import KafkaProtocol
import LocalCluster
import Synchronization

/// One cluster being shown: how it is reached, what watches it, what carries commands out.
final class Session: Sendable {
    let cluster: ShownCluster
    /// Tells its messages from those of sessions before.
    let number: Int
    private let send: @Sendable (Dashboard.Message) -> Void
    private let managed: ManagedCluster?
    private let state = Mutex(State())

    private struct State {
        var runner: CommandRunner?
        var source: LiveSource?
        var client: KafkaClient?
        var lifeline: Lifeline?
        var waiting: [Command] = []
        var work: Task<Void, Never>?
        /// Left before it was reached: nothing may begin any more.
        var isOver = false
    }

    init(_ cluster: ShownCluster, number: Int, send: @escaping @Sendable (Dashboard.Message) -> Void) {
        self.cluster = cluster
        self.number = number
        self.send = send
        guard cluster.chosen.isBundled else {
            managed = nil
            return
        }
        managed = ManagedCluster(cluster.chosen.directory)
    }

    /// Begins to watch; call it once there is a screen, so that nothing is started for a terminal that cannot show it.
    func begin() {
        // Behind the screen, where both want a core: a nice value on Linux.
        let work = Task(priority: .utility) { await run() }
        state.withLock { $0.work = work }
    }

    /// Starts what has to be started, then watches until cancelled.
    private func run() async {
        do {
            if let addresses = try await addresses() { await watch(addresses) }
        } catch {
            send(.flash("\(error)", .error))
            let now = WallClock.now()
            let tried = BootstrapTry(address: cluster.info.name, tries: 1, error: "\(error)", nextTryAt: now)
            send(.connection(.unreachable([tried], since: now)))
        }
    }

    /// No broker came up: each says why.
    private func fail(_ started: StartedCluster) {
        let now = WallClock.now()
        let tries = started.failures.map { failure in
            let broker = started.status.brokers.first { $0.id == failure.broker }
            let address = broker.map { "\($0.id)  \($0.host):\($0.port)" } ?? "\(failure.broker)"
            return BootstrapTry(address: address, tries: 1, error: failure.reason, nextTryAt: now)
        }
        send(.flash("no broker started; U tries again", .error))
        send(.connection(.unreachable(tries, since: now)))
    }

    /// Nil when nobody is there, which has been told then.
    private func addresses() async throws -> [BrokerAddress]? {
        if let known = cluster.chosen.bootstrap { return known }
        guard let managed else { return [] }
        return try await start(managed).flatMap { BrokerAddress.list($0) }
    }

    /// Starts the bundled cluster, or joins it when it runs; answers its addresses. One broker that fails says so in its
    /// row, and the others go on.
    private func start(_ managed: ManagedCluster) async throws -> String? {
        let began = WallClock.now()
        let failures = StartFailures()
        let send = send
        let isDemo = cluster.demoRate != nil
        let watcher = Task {
            var start = BundledStart(since: began, isDemo: isDemo)
            while !Task.isCancelled {
                if let status = try? await managed.status() {
                    let progress = start.progress(status, failures: failures.reasons, now: WallClock.now())
                    if !Task.isCancelled { send(.connection(.starting(progress))) }
                }
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        defer { watcher.cancel() }
        if let servers = await running(managed) { return servers }
        let lifeline = try Lifeline()
        state.withLock { $0.lifeline = lifeline }
        let started = try await managed.start(
            firstPort: cluster.firstPort, lifeline: lifeline, stragglers: LocalClusterLimits.stragglers
        ) {
            failures.take($0, $1)
        }
        watcher.cancel()
        guard started.isUp else {
            fail(started)
            return nil
        }
        if let first = started.failures.first {
            let others = started.failures.count > 1 ? ", \(started.failures.count - 1) more" : ""
            let words = "broker \(first.broker)\(others) \(first.isUnderWay ? "is not up yet" : "did not start")"
            let help = first.isUnderWay ? "" : "; U on it tries again"
            send(.flash("\(words): \(first.reason)\(help)", first.isUnderWay ? .warn : .error))
        }
        return started.status.bootstrapServers
    }

    /// The addresses of a cluster that runs already. One that is just being stopped by somebody else is waited for, so
    /// that nobody joins brokers that are about to leave.
    private func running(_ managed: ManagedCluster) async -> String? {
        let patience = ContinuousClock.now + .seconds(4)
        while let status = try? await managed.status() {
            let stopped = status.brokers.count { $0.state == .stopped }
            if stopped == status.brokers.count { return nil }
            if stopped == 0 || ContinuousClock.now > patience { return status.bootstrapServers }
            try? await Task.sleep(for: .milliseconds(200))
        }
        return nil
    }

    private func watch(_ addresses: [BrokerAddress]) async {
        let client = cluster.client(addresses)
        let send = send
        let kept = Surroundings.stateDirectory
        let histories = kept.map { PromptHistories(directory: $0 + "/history") }
        let formats = kept.map { KeptFormats(directory: $0, cluster: cluster.info.name) }
        let source = LiveSource(
            client: client, bootstrap: addresses.map(\.description), managed: managed,
            events: kept.map { (EventsFile(directory: $0), EventsFile.Cluster(name: cluster.info.name)) },
            courses: kept.map { KeptCourses(directory: $0) },
            send: send)
        let journal = Journal(path: kept.map { $0 + "/journal.ndjson" })
        let executor = ChangeExecutor(
            client: client, managed: managed, lifeline: state.withLock { $0.lifeline }, source: source,
            journal: journal, clusterName: cluster.info.name, send: send)
        let runner = CommandRunner(
            client: client, source: source, executor: executor, managed: managed,
            histories: histories, formats: formats, masking: cluster.chosen.masking, send: send)
        if let chosen = formats?.read(), !chosen.isEmpty { send(.formats(chosen)) }
        if let earlier = histories?.read() { send(.histories(earlier)) }
        send(.journal(await journal.newestFirst))
        let others = Task {
            // Another Klamm of this person may change something at any time.
            while (try? await Task.sleep(for: .seconds(1))) != nil {
                if let entries = await journal.news() { send(.journal(entries)) }
            }
        }
        defer { others.cancel() }
        let waiting: [Command]? = state.withLock { state in
            if state.isOver { return nil }
            state.runner = runner
            state.source = source
            state.client = client
            defer { state.waiting = [] }
            return state.waiting
        }
        guard let waiting else { return await client.close() }
        for command in waiting { await runner.run(command) }
        let traffic = cluster.demoRate.map { rate in Task { await demo(addresses, rate: rate) } }
        await source.run()
        traffic?.cancel()
    }

    /// The traffic of `klamm demo`, by a client of its own; begins again when the cluster could not take it.
    private func demo(_ addresses: [BrokerAddress], rate: Double) async {
        let client = cluster.demoClient(addresses)
        let service = DemoService(client: client, rate: rate, seed: 1)
        while !Task.isCancelled {
            do {
                let brokers = try await client.describeCluster().brokers.count
                try await service.createTopics(partitions: 6, replicationFactor: min(3, Int16(clamping: brokers)))
                await service.run()
            } catch {
                try? await Task.sleep(for: .seconds(1))
            }
        }
        await client.close()
    }

    /// Carries a command out, as soon as there is a cluster to carry it out on.
    func carryOut(_ command: Command) {
        let runner = state.withLock { state in
            if state.runner == nil, state.waiting.count < 100 { state.waiting.append(command) }
            return state.runner
        }
        if let runner { Task { await runner.run(command) } }
    }

    /// Ends the watching; brokers that were started here leave with the lifeline.
    func end() async {
        let (source, client, lifeline) = state.withLock { state in
            state.isOver = true
            state.work?.cancel()
            return (state.source, state.client, state.lifeline)
        }
        await source?.stop()
        await client?.close()
        if lifeline != nil { _ = try? await managed?.stop() }
    }
}
