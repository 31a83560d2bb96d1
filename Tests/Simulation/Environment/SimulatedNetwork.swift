import Broker
import KafkaProtocol
import NIOCore

/// The network between simulated processes: connections that keep order, delays, links that are cut, connections that
/// break. One connection per sender, address and lane, as `Peers` promises.
package final class SimulatedNetwork {
    /// Who answers at an address.
    private struct Receiver {
        let process: SimulatedProcess
        let router: RequestRouter
    }

    private struct Key: Hashable {
        let from: Int32
        let to: Int32
        let lane: Lane
    }

    let clock: ManualClock
    let dice: Dice
    /// Links that carry nothing, from and to.
    package var cut: Set<[Int32]> = []
    /// Frames in a thousand that get lost, and their connection with them.
    package var loss = 0
    /// The longest that a frame is under way (milliseconds).
    package var maxDelay: Int64 = 2
    /// What some links take longer (milliseconds), by sender and receiver.
    package var extraDelay: [[Int32]: Int64] = [:]
    /// Changes requests before they are sent, for planting bugs.
    package var tamper: (any Tampering)?
    /// Hears what processes say to each other.
    package var witness: (any Witness)?
    /// Told of requests that a router refuses: brokers of one version understand each other.
    package var refused: ((String) -> Void)?
    private var receivers: [Int32: Receiver] = [:]
    private var connections: [Key: SimulatedConnection] = [:]
    private var made = 0

    package init(clock: ManualClock, dice: Dice) {
        self.clock = clock
        self.dice = dice
    }

    /// Forgets who is connected, and who waits for an answer.
    package func clear() {
        connections = [:]
        receivers = [:]
    }

    /// Lets `router` answer in `process` at the address that is the process' id.
    package func attach(_ process: SimulatedProcess, _ router: RequestRouter) {
        receivers[process.id] = Receiver(process: process, router: router)
    }

    /// A process' way to others.
    package func peers(of process: SimulatedProcess) -> any Peers { SimulatedPeers(process, self) }

    /// Call when a process was killed: who waits for it learns that its connections are closed. Whoever does not hear of it
    /// keeps his end, and opens no other before that one has failed.
    package func ended(_ process: SimulatedProcess) {
        // In the order that they were made, as the order of a dictionary is another one in every process.
        for (key, connection) in connections.sorted(by: { $0.value.number < $1.value.number })
        where connection.isBetween(process) {
            if key.from == process.id { connections[key] = nil }
            connection.otherEndIsGone()
        }
    }

    func connection(from process: SimulatedProcess, to address: Int32, lane: Lane) -> SimulatedConnection {
        let key = Key(from: process.id, to: address, lane: lane)
        if let open = connections[key], !open.isClosed { return open }
        made += 1
        let fresh = SimulatedConnection(made, from: process, to: address, in: self)
        connections[key] = fresh
        return fresh
    }

    func receiver(at address: Int32) -> (process: SimulatedProcess, router: RequestRouter)? {
        receivers[address].flatMap { $0.process.isAlive ? ($0.process, $0.router) : nil }
    }

    /// How long a frame takes from one to the other; nil when it never arrives.
    func delay(from: Int32, to: Int32) -> Int64? {
        guard !dice.chance(loss) else { return nil }
        return dice.roll(0...maxDelay) + (extraDelay[[from, to]] ?? 0)
    }
}

/// Changes a request on its way out, as a sender with a bug would have made it.
package protocol Tampering: AnyObject {
    /// - Parameter from: the sending process.
    func tamper<R: KafkaRequest>(_ request: R, from: Int32) -> R
}

/// Hears requests when they leave and answers when they arrive.
package protocol Witness: AnyObject {
    func asked<R: KafkaRequest>(_ request: R, from: Int32, to: Int32)
    func answered<R: KafkaRequest>(_ response: R.Response, to request: R, from: Int32, to: Int32)
}

/// Frames between the routers of the processes.
private final class SimulatedPeers: Peers {
    private let process: SimulatedProcess
    private unowned let network: SimulatedNetwork

    init(_ process: SimulatedProcess, _ network: SimulatedNetwork) {
        self.process = process
        self.network = network
    }

    func send<R: KafkaRequest>(
        _ request: R, version: Int16, to endpoint: Endpoint, lane: Lane, timeout: Int64,
        _ done: @escaping (Result<R.Response, PeerError>) -> Void
    ) {
        let request = network.tamper?.tamper(request, from: process.id) ?? request
        let encoded = try? Frame.request(request, version: version, correlationID: 1, clientID: "peer-\(process.id)")
        guard var frame = encoded else { return done(.failure(.unreadable)) }
        frame.moveReaderIndex(forwardBy: 4)
        let address = Int32(endpoint.port)
        let connection = network.connection(from: process, to: address, lane: lane)
        network.witness?.asked(request, from: process.id, to: address)
        connection.send(frame, timeout: timeout) { [process, unowned network] result in
            switch result {
            case .failure(let error): done(.failure(error))
            case .success(var bytes):
                bytes.moveReaderIndex(forwardBy: 8)
                let response = try? Frame.readResponse(&bytes, to: R.self, version: version)
                if let response { network.witness?.answered(response, to: request, from: address, to: process.id) }
                done(response.map(Result.success) ?? .failure(.unreadable))
            }
        }
    }
}
