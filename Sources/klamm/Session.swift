import ClusterInsight
import Dashboard
import KafkaClient
import KafkaProtocol
import LocalCluster
import Synchronization
import Terminal

/// One cluster being shown: how it is reached, what watches it, what carries commands out.
final class Session: Sendable {
    let info: ClusterInfo
    let firstConnection: Connection
    private let mailbox: Mailbox<Dashboard.Message>
    private let managed: ManagedCluster?
    private let bootstrap: String?
    private let firstPort: Int?
    /// Events per second of demo traffic; nil for none.
    private let demoRate: Double?
    private let state = Mutex(State())

    private struct State {
        var runner: CommandRunner?
        var source: LiveSource?
        var client: KafkaClient?
        var lifeline: Lifeline?
        var waiting: [Command] = []
        var work: Task<Void, Never>?
    }

    /// - Throws: `SessionError` when the addresses cannot be read.
    init(
        bootstrap: String?, directory: String?, firstPort: Int?, isReadOnly: Bool, demoRate: Double? = nil,
        mailbox: Mailbox<Dashboard.Message>
    ) throws {
        self.demoRate = demoRate
        self.mailbox = mailbox
        self.bootstrap = bootstrap
        self.firstPort = firstPort
        let reason = isReadOnly ? "--read-only" : nil
        if let bootstrap {
            guard let first = BrokerAddress.list(bootstrap)?.first else {
                throw SessionError(description: "not a list of host:port: \(bootstrap)")
            }
            managed = nil
            info = ClusterInfo(
                name: first.host, isBundled: false, readOnlyReason: reason, origin: bootstrap,
                commandOptions: ["--bootstrap-server", bootstrap])
            firstConnection = .unreachable([], since: WallClock.now())
        } else {
            let place = directory.map { ClusterDirectory($0) } ?? ClusterDirectory.standard()
            managed = ManagedCluster(place) { [mailbox] text in
                mailbox.send(.connection(.starting(StartProgress(since: WallClock.now(), now: text))))
            }
            info = ClusterInfo(
                name: "bundled", isBundled: true, readOnlyReason: reason, origin: place.path,
                commandOptions: directory.map { ["--cluster-dir", $0] } ?? [])
            firstConnection = .starting(StartProgress(since: WallClock.now(), now: "looking at \(place.path)"))
        }
    }

    /// Begins to watch; call it once there is a screen, so that nothing is started for a terminal that cannot show it.
    func begin() {
        let work = Task { await run() }
        state.withLock { $0.work = work }
    }

    /// Starts what has to be started, then watches until cancelled.
    private func run() async {
        var servers = bootstrap ?? ""
        if let managed {
            do {
                servers = try await start(managed)
            } catch {
                mailbox.send(.flash("\(error)", .error))
                let now = WallClock.now()
                mailbox.send(
                    .connection(
                        .unreachable(
                            [BootstrapTry(address: "bundled", tries: 1, error: "\(error)", nextTryAt: now)], since: now)
                    ))
                return
            }
        }
        guard let addresses = BrokerAddress.list(servers) else { return }
        await watch(addresses)
    }

    /// Starts the bundled cluster, or joins it when it runs; answers its addresses.
    private func start(_ managed: ManagedCluster) async throws -> String {
        let began = WallClock.now()
        let mailbox = mailbox
        let watcher = Task {
            while !Task.isCancelled {
                if let status = try? await managed.status() {
                    mailbox.send(.connection(.starting(Self.progress(status, since: began))))
                }
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        defer { watcher.cancel() }
        if let servers = await running(managed) { return servers }
        let lifeline = try Lifeline()
        state.withLock { $0.lifeline = lifeline }
        return try await managed.start(firstPort: firstPort, lifeline: lifeline).bootstrapServers
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

    private static func progress(_ status: ClusterStatus, since: Timestamp) -> StartProgress {
        let elapsed = WallClock.now() - since
        return StartProgress(
            since: since,
            brokers: status.brokers.map { broker in
                let step =
                    switch broker.state {
                    case .running: "ready for clients"
                    case .starting: "does not answer yet"
                    case .fenced: "waiting for the controller to unfence it"
                    case .paused: "stopped by a signal"
                    case .stopped: "no process"
                    }
                return StartProgress.Broker(
                    id: broker.id, address: "\(broker.host):\(broker.port)", pid: broker.pid,
                    state: broker.state == .running ? "up" : broker.state.rawValue, step: step, milliseconds: elapsed)
            }, done: ["cluster directory \(status.directory)"], now: "brokers register")
    }

    private func watch(_ addresses: [BrokerAddress]) async {
        var configuration = ClientConfiguration(bootstrap: addresses)
        configuration.clientID = "klamm-dashboard"
        configuration.connectTimeout = .seconds(2)
        configuration.requestTimeout = .seconds(10)
        configuration.callTimeout = .seconds(15)
        let client = KafkaClient(configuration)
        let mailbox = mailbox
        let send: @Sendable (Dashboard.Message) -> Void = { mailbox.send($0) }
        let kept = Surroundings.stateDirectory
        let histories = kept.map { PromptHistories(directory: $0 + "/history") }
        let source = LiveSource(
            client: client, bootstrap: addresses.map(\.description), managed: managed,
            eventsFile: kept.map { EventsFile(path: $0 + "/events.ndjson") }, send: send)
        let journal = Journal(path: kept.map { $0 + "/journal.ndjson" })
        let executor = ChangeExecutor(
            client: client, managed: managed, lifeline: state.withLock { $0.lifeline }, source: source,
            journal: journal, clusterName: info.name, send: send)
        let runner = CommandRunner(
            client: client, source: source, executor: executor, managed: managed,
            histories: histories, send: send)
        if let earlier = histories?.read() { send(.histories(earlier)) }
        send(.journal(await journal.newestFirst))
        let waiting = state.withLock { state in
            state.runner = runner
            state.source = source
            state.client = client
            defer { state.waiting = [] }
            return state.waiting
        }
        for command in waiting { await runner.run(command) }
        let traffic = demoRate.map { rate in Task { await Self.demo(addresses, rate: rate) } }
        await source.run()
        traffic?.cancel()
    }

    /// The traffic of `klamm demo`, by a client of its own; begins again when the cluster could not take it.
    private static func demo(_ addresses: [BrokerAddress], rate: Double) async {
        var configuration = ClientConfiguration(bootstrap: addresses)
        configuration.clientID = "klamm-demo"
        let client = KafkaClient(configuration)
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
            state.work?.cancel()
            return (state.source, state.client, state.lifeline)
        }
        await source?.stop()
        await client?.close()
        if lifeline != nil { _ = try? await managed?.stop() }
    }
}

/// Why a cluster cannot be shown.
struct SessionError: Error, CustomStringConvertible {
    let description: String
}
