import KafkaProtocol
import NIOCore
import Simulation
import Synchronization
import TestSupport
import Testing

@testable import Broker

/// A whole broker, its own controller, on a disk and a clock made for the test.
final class LoneBroker {
    let clock = ManualClock()
    let disk: SimulatedDisk
    private let settings: [String: String]
    private var process = Process()
    private(set) var node: BrokerNode
    /// For how long the last answer leaves its client alone.
    private(set) var muted: Int64 = 0
    private let onHalt: (String) -> Void

    /// What a kill ends.
    fileprivate final class Process: Sendable {
        private let state = Mutex((isAlive: true, said: [String]()))

        var isAlive: Bool {
            get { state.withLock { $0.isAlive } }
            set { state.withLock { $0.isAlive = newValue } }
        }
        var said: [String] { state.withLock { $0.said } }
        func say(_ line: String) { state.withLock { $0.said.append(line) } }
    }

    /// What the process that runs now has warned of, a line each.
    var warnings: [String] { process.said }

    /// - Parameters:
    ///   - waiting: whether to wait until it runs.
    ///   - onHalt: is told why the node cannot go on.
    init(
        _ settings: [String: String] = [:], on disk: SimulatedDisk = SimulatedDisk(), waiting: Bool = true,
        onHalt: @escaping (String) -> Void = { Issue.record("halted: \($0)") }
    ) throws {
        self.disk = disk
        self.onHalt = onHalt
        let basics = [
            "node.id": "1", "cluster.id": "test", "log.dirs": "/data", "controller.quorum.voters": "1@127.0.0.1:9092",
            "offsets.topic.num.partitions": "2", "transaction.state.log.num.partitions": "2",
            "offsets.topic.replication.factor": "1", "transaction.state.log.replication.factor": "1",
            "group.initial.rebalance.delay.ms": "0",
        ]
        self.settings = basics.merging(settings) { $1 }
        node = try Self.start(self.settings, disk, clock, process, onHalt)
        if waiting { try waitUntilItRuns() }
    }

    /// As `kill -9` and a start: what was written is there, what was in memory is not.
    func restart(waiting: Bool = true) throws {
        kill()
        process = Process()
        node = try Self.start(settings, disk, clock, process, onHalt)
        if waiting { try waitUntilItRuns() }
    }

    /// As `kill -9`.
    func kill() {
        process.isAlive = false
        node.takeApart()
        clock.clear()
        disk.killProcess()
    }

    /// Stops in order, as SIGTERM does.
    func stop() throws {
        var isStopped = false
        node.stop(timeout: 3_000) { isStopped = true }
        try #require(run(for: 10_000) { isStopped }, "the broker does not stop")
        process.isAlive = false
    }

    private static func start(
        _ settings: [String: String], _ disk: SimulatedDisk, _ clock: ManualClock, _ process: Process,
        _ onHalt: @escaping (String) -> Void
    ) throws -> BrokerNode {
        let mortal = MortalClock(process, clock)
        let environment = BrokerEnvironment(
            disk: disk, clock: mortal, peers: NoPeers(), background: LaterBackground(mortal),
            random: SeededGenerator(seed: UInt64(clock.now) << 32 | UInt64(disk.operations)))
        let log = NodeLog(nodeID: 1) { level, line in if level != "INFO" { process.say(line) } }
        let node = try BrokerNode(
            config: BrokerConfig(settings), advertised: Endpoint(host: "127.0.0.1", port: 9092),
            router: RequestRouter(), environment: environment, log: log, onHalt: onHalt)
        node.start()
        return node
    }

    private func waitUntilItRuns() throws {
        try #require(run(for: 20_000) { node.lifecycle.state == .running }, "the broker does not run")
    }

    /// Lets time pass until `done`, at most for `limit` milliseconds.
    @discardableResult
    func run(for limit: Int64, until done: () -> Bool = { false }) -> Bool {
        let end = clock.now + limit
        while clock.now < end, !done() { clock.advance(1) }
        return done()
    }

    /// Sends a request as a client does and waits for its answer.
    func call<R: KafkaRequest>(_ request: R, _ version: Int16) throws -> R.Response {
        try #require(try ask(request, version), "\(R.api) got no answer")
    }

    /// The same; nil when there is no answer in time.
    func ask<R: KafkaRequest>(_ request: R, _ version: Int16, within limit: Int64 = 60_000) throws -> R.Response? {
        var frame = try Frame.request(request, version: version, correlationID: 1, clientID: "test")
        frame.moveReaderIndex(forwardBy: 4)
        var answer: ByteBuffer?
        muted = 0
        let outcome = node.router.route(
            frame, from: "/127.0.0.1", respond: { answer = $0 }, close: {}, mute: { self.muted = $0 })
        if case .refused(let reason) = outcome { Issue.record("\(R.api) version \(version) is refused: \(reason)") }
        run(for: limit) { answer != nil }
        guard var bytes = answer else { return nil }
        // Size and correlation id.
        bytes.moveReaderIndex(forwardBy: 8)
        return try Frame.readResponse(&bytes, to: R.self, version: version)
    }

    /// Makes a topic with one replica.
    func create(_ topic: String, partitions: Int32 = 1, configs: [String: String] = [:]) throws {
        let request = CreateTopicsRequest(.init(topic, partitions: partitions, configs: configs))
        #expect(try call(request, 7).topics.map(\.errorCode) == [ErrorCode.none])
    }
}

/// Time that stands still for a process that is gone.
private final class MortalClock: Clock {
    private let process: LoneBroker.Process
    private let shared: ManualClock

    init(_ process: LoneBroker.Process, _ shared: ManualClock) {
        self.process = process
        self.shared = shared
    }

    var now: Int64 { shared.now }
    var wall: Timestamp { shared.wall }

    @discardableResult
    func schedule(after delay: Int64, _ body: @escaping () -> Void) -> Broker.Scheduled {
        shared.schedule(after: delay) { [process] in if process.isAlive { body() } }
    }
}

/// Pool threads that take a millisecond.
private final class LaterBackground: Background {
    private let clock: MortalClock

    init(_ clock: MortalClock) { self.clock = clock }

    func run<T: Sendable>(_ work: @escaping @Sendable () -> T, then done: @escaping (T) -> Void) {
        clock.schedule(after: 1) { done(work()) }
    }
}
