import ClusterMetadata
import Controller
import KafkaProtocol
import LogStorage
import NIOCore
import TestSupport

@testable import Broker

/// Metadata runtimes in one process: one clock, a network that delays, loses and cuts, disks that forget what was not
/// synced. Everything happens in an order that the seed decides.
final class QuorumCluster {
    /// One process' worth of a node; a restart makes a new one over the same disk.
    final class Node {
        let id: BrokerID
        let disk: SimulatedDisk
        var isAlive = true
        var halted: String?
        let router = RequestRouter()
        var runtime: MetadataRuntime?

        init(id: BrokerID, disk: SimulatedDisk) {
            self.id = id
            self.disk = disk
        }
    }

    let clock = ManualClock()
    var random: SeededGenerator
    private(set) var nodes: [BrokerID: Node] = [:]
    private let voters: [BrokerID]
    /// Links that carry nothing, from and to.
    var cut: Set<[BrokerID]> = []
    /// Requests and answers that get lost, in percent.
    var loss = 0
    var maxDelay: Int64 = 2
    /// Answers of decisions that said "committed", in that order.
    private(set) var committed: [String] = []

    init(voters count: Int, seed: UInt64) {
        voters = Array(1...BrokerID(count))
        random = SeededGenerator(seed: seed)
    }

    // MARK: Nodes

    func start(_ id: BrokerID) throws {
        guard nodes[id]?.isAlive != true else { return }
        let node = Node(id: id, disk: nodes[id]?.disk ?? SimulatedDisk())
        nodes[id] = node
        let list = voters.map { "\($0)@node:\($0)" }.joined(separator: ",")
        let config = try BrokerConfig([
            "node.id": "\(id)", "controller.quorum.voters": list, "log.dirs": "/data",
            "controller.quorum.election.timeout.ms": "150", "controller.quorum.fetch.timeout.ms": "1000",
            "controller.quorum.election.backoff.max.ms": "300", "controller.quorum.request.timeout.ms": "1000",
        ])
        let runtime = try MetadataRuntime(
            config: config, clusterID: "test", disk: node.disk, clock: NodeClock(node, clock),
            peers: SimulatedPeers(node, self), background: SimulatedBackground(node, self),
            random: SeededGenerator(seed: random.next()), log: NodeLog(nodeID: id), onHalt: { node.halted = $0 })
        node.runtime = runtime
        runtime.register(on: node.router)
        node.router.on(FetchRequest.self) { [unowned runtime] in runtime.handleFetch($0) }
        runtime.start()
    }

    func startAll() throws { for id in voters { try start(id) } }

    /// Power loss: of what was not synced, a random part remains.
    func crash(_ id: BrokerID) {
        guard let node = nodes[id], node.isAlive else { return }
        node.isAlive = false
        node.disk.crash(keepingUnsynced: Int.random(in: 0...200, using: &random))
    }

    /// Ends a node and forgets its disk.
    func wipe(_ id: BrokerID) {
        nodes[id]?.isAlive = false
        nodes[id] = nil
    }

    var running: [Node] { nodes.values.filter(\.isAlive).sorted { $0.id < $1.id } }
    /// The active controller; of two, the one of the later epoch.
    var active: Node? {
        running.filter { $0.runtime?.isActiveController ?? false && $0.halted == nil }
            .max { ($0.runtime?.controller?.epoch ?? -1) < ($1.runtime?.controller?.epoch ?? -1) }
    }

    // MARK: Time

    /// Runs until `done`, at most for `limit` milliseconds.
    @discardableResult
    func run(for limit: Int64, until done: () -> Bool = { false }) -> Bool {
        let end = clock.now + limit
        while clock.now < end {
            if done() { return true }
            clock.advance(1)
        }
        return done()
    }

    // MARK: Decisions

    /// Lets the active controller decide to set a broker config named after `value`, so that each decision shows.
    func decide(_ value: String) {
        let resource = ConfigResource.broker(1)
        let record = MetadataRecord.config(ConfigRecord(resource: resource, name: "test." + value, value: value))
        active?.runtime?.decide({ _, _ in Decision(records: [record], response: value) }) { [weak self] result in
            if case .success(let value) = result { self?.committed.append(value) }
        }
    }

    /// The decisions that a node's image shows.
    func applied(_ node: Node) -> Set<String> {
        Set(node.runtime?.image.config(.broker(1)).values.map { $0 } ?? [])
    }
}

/// Time that stands still for a process that is gone.
private final class NodeClock: Clock {
    private let node: QuorumCluster.Node
    private let shared: ManualClock

    init(_ node: QuorumCluster.Node, _ shared: ManualClock) {
        self.node = node
        self.shared = shared
    }

    var now: Int64 { shared.now }
    var wall: Timestamp { shared.wall }

    @discardableResult
    func schedule(after delay: Int64, _ body: @escaping () -> Void) -> Broker.Scheduled {
        shared.schedule(after: delay) { [node] in if node.isAlive { body() } }
    }
}

/// Pool threads that take a few milliseconds.
private final class SimulatedBackground: Background {
    private let node: QuorumCluster.Node
    private unowned let cluster: QuorumCluster

    init(_ node: QuorumCluster.Node, _ cluster: QuorumCluster) {
        self.node = node
        self.cluster = cluster
    }

    func run<T: Sendable>(_ work: @escaping @Sendable () -> T, then done: @escaping (T) -> Void) {
        let delay = Int64.random(in: 1...5, using: &cluster.random)
        cluster.clock.schedule(after: delay) { [node] in
            guard node.isAlive else { return }
            done(work())
        }
    }
}

/// Frames between the routers of the nodes.
private final class SimulatedPeers: Peers {
    private let node: QuorumCluster.Node
    private unowned let cluster: QuorumCluster

    init(_ node: QuorumCluster.Node, _ cluster: QuorumCluster) {
        self.node = node
        self.cluster = cluster
    }

    func send<R: KafkaRequest>(
        _ request: R, version: Int16, to endpoint: Endpoint, lane: Lane, timeout: Int64,
        _ done: @escaping (Result<R.Response, PeerError>) -> Void
    ) {
        let answer = Once(done)
        let target = BrokerID(endpoint.port)
        cluster.clock.schedule(after: timeout) { [node] in if node.isAlive { answer.give(.failure(.timedOut)) } }
        guard var frame = try? Frame.request(request, version: version, correlationID: 1, clientID: "peer") else {
            return answer.give(.failure(.unreadable))
        }
        frame.moveReaderIndex(forwardBy: 4)
        transport(from: node.id, to: target) { [self] in
            guard let receiver = cluster.nodes[target], receiver.isAlive else {
                return transport(from: target, to: node.id) { answer.give(.failure(.unreachable("down"))) }
            }
            _ = receiver.router.route(frame, from: "/peer") { [self] bytes in
                guard var bytes, receiver.isAlive else { return }
                bytes.moveReaderIndex(forwardBy: 8)
                transport(from: target, to: node.id) {
                    var bytes = bytes
                    let response = try? Frame.readResponse(&bytes, to: R.self, version: version)
                    answer.give(response.map(Result.success) ?? .failure(.unreadable))
                }
            } close: {
            }
        }
    }

    private func transport(from: BrokerID, to: BrokerID, _ arrive: @escaping () -> Void) {
        guard Int.random(in: 0..<100, using: &cluster.random) >= cluster.loss else { return }
        let delay = Int64.random(in: 0...cluster.maxDelay, using: &cluster.random)
        cluster.clock.schedule(after: delay) { [self] in
            guard !cluster.cut.contains([from, to]), to != node.id || node.isAlive else { return }
            arrive()
        }
    }

    /// An answer that is given at most once: the timeout may come first.
    private final class Once<T> {
        private var done: ((T) -> Void)?

        init(_ done: @escaping (T) -> Void) { self.done = done }

        func give(_ value: T) {
            let done = done
            self.done = nil
            done?(value)
        }
    }
}
