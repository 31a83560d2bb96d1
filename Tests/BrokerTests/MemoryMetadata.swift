import ClusterMetadata
import Controller
import KafkaProtocol

@testable import Broker

/// A metadata log in memory with one controller: every decision is committed at once.
final class MemoryMetadata: MetadataSource {
    private(set) var image = MetadataImage()
    var controller: (id: BrokerID, epoch: Epoch)? = (1, 1)
    /// Whether this process is the active controller.
    var isActive = true
    /// Held back while true, as on a broker that lags behind the controller.
    var isLagging = false {
        didSet { if !isLagging { apply() } }
    }
    private let machine: Controller
    private let clock: ManualClock
    private var observers: [(MetadataImage, MetadataDelta) -> Void] = []
    private var behind: [MetadataRecord] = []
    private var offset: Offset = -1

    init(clock: ManualClock, settings: [String: String] = [:]) {
        self.clock = clock
        let view = ConfigView(brokerID: 1, staticValues: settings)
        machine = Controller(
            image: MetadataImage(), settings: ControllerSettings(clusterID: "klamm", configs: view),
            random: SystemRandomNumberGenerator(), now: 0)
        commit(machine.activate())
    }

    func observe(_ body: @escaping (MetadataImage, MetadataDelta) -> Void) { observers.append(body) }

    func decide<Response: Sendable>(
        _ decision: @escaping (Controller, Int64) -> Decision<Response>,
        done: @escaping (Result<Response, ErrorCode>) -> Void
    ) {
        guard isActive else { return done(.failure(.notController)) }
        let made = decision(machine, clock.now)
        commit(made.records)
        done(.success(made.response))
    }

    private func commit(_ records: [MetadataRecord]) {
        for record in records {
            offset += 1
            try? machine.replay(record, offset: offset, now: clock.now)
        }
        behind += records
        if !isLagging { apply() }
    }

    private func apply() {
        guard !behind.isEmpty else { return }
        var delta = MetadataDelta()
        for record in behind { try? image.replay(record, offset: image.offset + 1, delta: &delta) }
        behind = []
        for observer in observers { observer(image, delta) }
    }
}

/// A clock that a test moves.
final class ManualClock: Clock {
    private(set) var now: Int64 = 1_000
    var wall: Timestamp { 1_700_000_000_000 + now }
    private var bodies: [Int: (due: Int64, body: () -> Void)] = [:]
    private var nextID = 0

    @discardableResult
    func schedule(after delay: Int64, _ body: @escaping () -> Void) -> Scheduled {
        let id = nextID
        nextID += 1
        bodies[id] = (now + delay, body)
        return Scheduled { [weak self] in self?.bodies[id] = nil }
    }

    /// Runs everything that falls due within `milliseconds`, in order.
    func advance(_ milliseconds: Int64) {
        let end = now + milliseconds
        while let next = bodies.min(by: { ($0.value.due, $0.key) < ($1.value.due, $1.key) }), next.value.due <= end {
            bodies[next.key] = nil
            now = max(now, next.value.due)
            next.value.body()
        }
        now = end
    }
}

/// A network with nobody on it.
final class NoPeers: Peers {
    func send<R: KafkaRequest>(
        _ request: R, version: Int16, to endpoint: Endpoint, lane: Lane, timeout: Int64,
        _ done: @escaping (Result<R.Response, PeerError>) -> Void
    ) { done(.failure(.disconnected)) }
}
