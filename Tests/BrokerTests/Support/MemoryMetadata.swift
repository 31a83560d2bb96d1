import ClusterMetadata
import Controller
import KafkaProtocol
import Simulation

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
