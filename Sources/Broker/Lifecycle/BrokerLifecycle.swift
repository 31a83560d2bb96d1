import ClusterMetadata
import KafkaProtocol

/// A broker's standing with the controller: registration, heartbeats, unfencing and controlled shutdown (KIP-631).
package final class BrokerLifecycle {
    /// What the process is doing, in Kafka's words.
    package enum State: String, Sendable { case starting, recovery, running, pendingControlledShutdown, shuttingDown }

    private let config: BrokerConfig
    private let channel: ControllerChannel
    private let clock: any Clock
    private let log: NodeLog
    private let incarnation: UUID
    private let directoryIDs: [UUID]
    private let previousBrokerEpoch: Int64
    private let clusterID: String
    private let appliedOffset: () -> Offset
    private let client: ClientInfo
    private let interval: Int64
    /// The least and the most that a heartbeat is waited for (milliseconds): the next must come within the session.
    private let patience: ClosedRange<Int64>
    /// How long the next one is. After one in vain it is twice as long: the connection is a new one then, which takes busy
    /// brokers some turns more than one that is there, and they would be late for ever.
    private var timeout: Int64

    /// The epoch under which the controller knows this broker; −1 before registration.
    package private(set) var brokerEpoch: Int64 = -1
    package private(set) var state = State.starting
    /// Told each epoch that the controller gives, before anything is done under it.
    package var onRegistered: (Int64) -> Void = { _ in }
    /// Told once, when this broker has applied all metadata up to its own registration.
    package var onCaughtUp: () -> Void = {}
    private var timer: Scheduled?
    private var shutdownDone: (() -> Void)?
    private var advertised: Endpoint

    /// While a broker is starting or stopping, its heartbeats come this often (milliseconds), so that nobody waits a
    /// whole interval for the next step.
    private let eagerInterval: Int64 = 20

    /// How long a stopping broker asks for a controller (milliseconds): elections take less. Who finds none is the last
    /// one, and has nobody to hand leaderships to.
    private let consentTimeout: Int64 = 500

    /// - Parameter previousBrokerEpoch: see `LogManager.previousBrokerEpoch`.
    package init(
        config: BrokerConfig, advertised: Endpoint, clusterID: String, incarnation: UUID, directoryIDs: [UUID],
        previousBrokerEpoch: Int64,
        channel: ControllerChannel, clock: any Clock, log: NodeLog, appliedOffset: @escaping () -> Offset
    ) throws {
        self.config = config
        self.advertised = advertised
        self.clusterID = clusterID
        self.incarnation = incarnation
        self.directoryIDs = directoryIDs
        self.previousBrokerEpoch = previousBrokerEpoch
        self.channel = channel
        self.clock = clock
        self.log = log
        self.appliedOffset = appliedOffset
        client = ClientInfo(clientID: "broker-\(config.nodeID)", host: "/\(advertised.host)")
        interval = try config.int("broker.heartbeat.interval.ms", 2_000, atLeast: 1)
        let session = try config.int("broker.session.timeout.ms", 9_000, atLeast: 1)
        let least = max(interval * 2, 500)
        patience = least...max(least, session - interval)
        timeout = least
    }

    /// Forgets who listens and waits. See `BrokerNode.takeApart`.
    package func takeApart() {
        onRegistered = { _ in }
        onCaughtUp = {}
        shutdownDone = nil
    }

    /// Registers, and heartbeats from then on.
    package func start() { register() }

    /// Asks the controller to move leaderships away, then calls `done`; also after `timeout` milliseconds without its
    /// consent, and much sooner when no controller is there.
    package func shutDown(timeout: Int64, _ done: @escaping () -> Void) {
        guard shutdownDone == nil else { return }
        guard brokerEpoch >= 0 else { return done() }
        state = .pendingControlledShutdown
        shutdownDone = done
        clock.schedule(after: timeout) { [weak self] in self?.finishShutdown("the controller did not answer in time") }
        beatSoon()
    }

    private func register() {
        var request = BrokerRegistrationRequest()
        request.brokerID = config.nodeID
        request.clusterID = clusterID
        request.incarnationID = incarnation
        request.rack = config.rack
        request.logDirs = directoryIDs
        request.previousBrokerEpoch = previousBrokerEpoch
        var listener = BrokerRegistrationRequest.Listener()
        listener.name = "PLAINTEXT"
        listener.host = advertised.host
        listener.port = UInt16(clamping: advertised.port)
        request.listeners = [listener]
        request.features = Features.supported.sorted { $0.key < $1.key }.map { name, levels in
            var feature = BrokerRegistrationRequest.Feature()
            feature.name = name
            feature.minSupportedVersion = levels.lowerBound
            feature.maxSupportedVersion = levels.upperBound
            return feature
        }
        channel.send(request, version: 4, client: client, timeout: 5_000, lane: .heartbeats) { [weak self] result in
            self?.registered(result)
        }
    }

    private func registered(_ result: Result<BrokerRegistrationResponse, ErrorCode>) {
        switch result {
        case .success(let response) where response.errorCode == .none:
            brokerEpoch = response.brokerEpoch
            onRegistered(brokerEpoch)
            log.info("registered with epoch \(brokerEpoch)")
            beat()
        case .success(let response):
            log.warn("registration refused: \(response.errorCode)")
            clock.schedule(after: 100) { [weak self] in self?.register() }
        case .failure(let error):
            log.warn("registration failed: \(error)")
            clock.schedule(after: 100) { [weak self] in self?.register() }
        }
    }

    private func beatSoon() {
        guard brokerEpoch >= 0 else { return }
        timer?.cancel()
        timer = clock.schedule(after: 0) { [weak self] in self?.beat() }
    }

    private func beat() {
        timer?.cancel()
        timer = nil
        var request = BrokerHeartbeatRequest()
        request.brokerID = config.nodeID
        request.brokerEpoch = brokerEpoch
        request.currentMetadataOffset = appliedOffset()
        // Only with its own registration applied does a broker know which replicas it has.
        let isCaughtUp = appliedOffset() >= brokerEpoch
        if isCaughtUp, state == .starting {
            state = .recovery
            onCaughtUp()
        }
        request.wantFence = !isCaughtUp
        request.wantShutDown = shutdownDone != nil
        let timeout = shutdownDone == nil ? timeout : consentTimeout
        channel.send(request, version: 1, client: client, timeout: timeout, lane: .heartbeats) { [weak self] result in
            self?.answered(result)
        }
    }

    private func answered(_ result: Result<BrokerHeartbeatResponse, ErrorCode>) {
        guard state != .shuttingDown else { return }
        var next = interval
        timeout = result == .failure(.requestTimedOut) ? min(timeout * 2, patience.upperBound) : patience.lowerBound
        switch result {
        case .success(let response) where response.errorCode == .none:
            if response.shouldShutDown { return finishShutdown("the controller agrees") }
            if response.isFenced || shutdownDone != nil { next = min(interval, eagerInterval) }
            if !response.isFenced, state == .recovery {
                state = .running
                log.info("unfenced: running")
            }
        case .success(let response) where response.errorCode == .staleBrokerEpoch:
            // Fenced for good under this epoch: the controller forgot it, or another process took the id.
            log.warn("the controller does not know epoch \(brokerEpoch): registering again")
            return register()
        case .success(let response): log.warn("heartbeat refused: \(response.errorCode)")
        case .failure(let error):
            log.warn("heartbeat failed: \(error)")
            if !channel.isControllerThere { finishShutdown("no controller is there") }
            guard state != .shuttingDown else { return }
            // It has been asked for longer than an interval: who waits for another one risks the session.
            if error == .requestTimedOut { next = min(interval, eagerInterval) }
        }
        timer?.cancel()
        timer = clock.schedule(after: next) { [weak self] in self?.beat() }
    }

    private func finishShutdown(_ reason: String) {
        guard let done = shutdownDone else { return }
        shutdownDone = nil
        state = .shuttingDown
        timer?.cancel()
        log.info("shutting down: \(reason)")
        done()
    }
}
