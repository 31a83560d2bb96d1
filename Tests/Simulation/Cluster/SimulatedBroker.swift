import Broker
import KafkaProtocol
import LogStorage
import TestSupport

/// A broker of the simulation: a disk that stays, and one process after the other on it.
package final class SimulatedBroker {
    package let id: BrokerID
    package let disk = SimulatedDisk(keepsHistory: false)
    /// How this broker sees its disk; a planted bug puts another one in between.
    private let view: any Disk
    private let properties: [String: String]
    package private(set) var process: SimulatedProcess?
    package private(set) var node: BrokerNode?
    /// Grows with every start.
    package private(set) var incarnation = 0
    /// Why the node said that it cannot go on.
    package private(set) var halted: String?
    package var isStopping = false
    package var wallOffset: Int64 = 0
    package var slowestWork: Int64 = 5

    package init(id: BrokerID, properties: [String: String], view: (SimulatedDisk) -> any Disk) {
        self.id = id
        self.properties = properties
        self.view = view(disk)
    }

    package var isAlive: Bool { process?.isAlive ?? false }
    package var isRunning: Bool { isAlive && process?.isPaused == false && !isStopping }

    /// Starts a process on the disk. Whoever wants to watch it does so in `prepare`, before its first turn.
    package func start(
        clock: ManualClock, network: SimulatedNetwork, dice: Dice, log: NodeLog,
        prepare: (BrokerNode, RequestRouter, SimulatedProcess) -> Void
    ) throws {
        guard !isAlive else { return }
        let process = SimulatedProcess(id: id, clock: clock)
        process.wallOffset = wallOffset
        let background = SimulatedBackground(process, clock: clock, dice: dice)
        background.slowest = slowestWork
        let router = RequestRouter()
        let environment = BrokerEnvironment(
            disk: view, clock: process.clock, peers: network.peers(of: process), background: background,
            random: dice.fork())
        let node = try BrokerNode(
            config: try BrokerConfig(properties), advertised: Endpoint(host: "broker", port: Int(id)), router: router,
            environment: environment, log: log, onHalt: { [weak self] in self?.halted = $0 })
        self.process = process
        self.node = node
        incarnation += 1
        isStopping = false
        prepare(node, router, process)
        network.attach(process, router)
        process.run { node.start() }
    }

    /// Ends the process at once. With `power`, what was not synced is lost too, but for `kept` bytes of each file.
    package func kill(network: SimulatedNetwork, power kept: Int? = nil) {
        guard let process, process.isAlive else { return }
        process.kill()
        network.ended(process)
        node?.takeApart()
        node = nil
        if let kept { disk.crash(keepingUnsynced: kept) } else { disk.killProcess() }
    }

    /// Stops in order, as SIGTERM does, and then ends.
    package func stop(network: SimulatedNetwork) {
        guard isRunning, let process, let node else { return }
        isStopping = true
        process.run {
            node.stop(timeout: 3_000) { [weak self] in
                guard let self, self.process === process else { return }
                kill(network: network)
            }
        }
    }
}
