import ClusterMetadata
import Controller
import KafkaProtocol
import Simulation
import Synchronization
import TestSupport

@testable import Broker

/// Metadata runtimes alone in a simulation. Everything happens in an order that the seed decides.
final class QuorumCluster {
    /// One process' worth of a node; a restart makes a new one over the same disk.
    final class Node {
        let disk: SimulatedDisk
        let process: SimulatedProcess
        var halted: String?
        let router = RequestRouter()
        var runtime: MetadataRuntime?
        var background: SimulatedBackground?
        var snapshotBackground: SimulatedBackground?
        let log = Lines()

        init(disk: SimulatedDisk, process: SimulatedProcess) {
            self.disk = disk
            self.process = process
        }

        var id: BrokerID { process.id }
        var isAlive: Bool { process.isAlive }
    }

    /// What a node writes into its log.
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        func add(_ line: String) { lines.withLock { $0.append(line) } }

        func count(of text: String) -> Int { lines.withLock { $0.count { $0.contains(text) } } }
        func last(of text: String) -> String? { lines.withLock { $0.last { $0.contains(text) } } }
    }

    let clock = ManualClock()
    let dice: Dice
    let network: SimulatedNetwork
    private(set) var nodes: [BrokerID: Node] = [:]
    private let voters: [BrokerID]
    /// Answers of decisions that said "committed", in that order.
    private(set) var committed: [String] = []

    init(voters count: Int, seed: UInt64) {
        voters = Array(1...BrokerID(count))
        dice = Dice(seed: seed)
        network = SimulatedNetwork(clock: clock, dice: dice)
    }

    // MARK: Nodes

    /// - Parameter disk: of a node that was never started; a new one otherwise.
    func start(_ id: BrokerID, on disk: SimulatedDisk = SimulatedDisk()) throws {
        guard nodes[id]?.isAlive != true else { return }
        let process = SimulatedProcess(id: id, clock: clock)
        let node = Node(disk: nodes[id]?.disk ?? disk, process: process)
        nodes[id] = node
        let list = voters.map { "\($0)@node:\($0)" }.joined(separator: ",")
        let config = try BrokerConfig([
            "node.id": "\(id)", "controller.quorum.voters": list, "log.dirs": "/data",
            "controller.quorum.election.timeout.ms": "150", "controller.quorum.fetch.timeout.ms": "1000",
            "controller.quorum.election.backoff.max.ms": "300", "controller.quorum.request.timeout.ms": "1000",
        ])
        let background = SimulatedBackground(process, clock: clock, dice: dice)
        node.background = background
        let snapshotBackground = SimulatedBackground(process, clock: clock, dice: dice)
        node.snapshotBackground = snapshotBackground
        let log = NodeLog(nodeID: id) { [lines = node.log] _, line in lines.add(line) }
        let runtime = try MetadataRuntime(
            config: config, advertised: Endpoint(host: "node", port: Int(id)), clusterID: "test",
            directoryID: UUID(high: 0, low: UInt64(id)), disk: node.disk, clock: process.clock,
            peers: network.peers(of: process), background: background, snapshotBackground: snapshotBackground,
            random: dice.fork(), log: log, onHalt: { node.halted = $0 })
        node.runtime = runtime
        runtime.register(on: node.router)
        node.router.on(FetchRequest.self) { [unowned runtime] in runtime.handleFetch($0) }
        network.attach(process, node.router)
        process.run { runtime.start() }
    }

    func startAll() throws { for id in voters { try start(id) } }

    /// Power loss: of what was not synced, a random part remains.
    func crash(_ id: BrokerID) {
        guard let node = nodes[id], node.isAlive else { return }
        end(node)
        node.disk.crash(keepingUnsynced: Int(dice.roll(0...200)))
    }

    /// The death of a process alone.
    func kill(_ id: BrokerID) {
        guard let node = nodes[id], node.isAlive else { return }
        end(node)
        node.disk.killProcess()
    }

    /// Ends a node and forgets its disk.
    func wipe(_ id: BrokerID) {
        if let node = nodes.removeValue(forKey: id) { end(node) }
    }

    private func end(_ node: Node) {
        node.process.kill()
        network.ended(node.process)
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
