import ClusterMetadata
import Controller
import DequeModule
import KafkaProtocol
import KafkaRecords
import LogStorage
import MetadataQuorum
import NIOCore

/// Runs this node of the metadata quorum: feeds the pure machine with requests, answers and time, carries its effects out
/// on disk and network, applies what is committed, and keeps the controller while this node is the active one. Loop only.
package final class MetadataRuntime: MetadataSource {
    /// A decision whose records wait to be committed.
    struct Pending {
        let endOffset: Offset
        let done: (ErrorCode) -> Void
    }

    let nodeID: BrokerID
    /// Where the others reach this node.
    let advertised: Endpoint
    let clusterID: String
    let store: QuorumStore
    let clock: any Clock
    let peers: any Peers
    let background: any Background
    /// Where snapshots are written, so that no sync of the log stands in line behind them.
    let snapshotBackground: any Background
    let log: NodeLog
    var addresses: QuorumAddresses
    private let settings: ControllerSettings
    private let random: any RandomNumberGenerator & Sendable
    private let onHalt: (String) -> Void

    var machine: QuorumMachine
    package internal(set) var image = MetadataImage()
    /// The offset after the last one applied.
    package internal(set) var appliedEnd: Offset = 0
    package private(set) var controllerState: Controller?
    package private(set) var controller: (id: BrokerID, epoch: Epoch)?
    var pending: [Pending] = []
    var observers: [(MetadataImage, MetadataDelta) -> Void] = []
    var waiting: [RequestToken: (QuorumResponse) -> Void] = [:]
    /// Who asked for other voters.
    var voterChanges: [RequestToken: (ErrorCode) -> Void] = [:]
    private var lastToken: UInt64 = 0
    private var leading: (epoch: Epoch, start: Offset)?
    private var timer: Scheduled?
    private var controllerTimer: Scheduled?
    /// What `append` effects not yet carried out write, by their first offset.
    private var proposals: [Offset: [MetadataRecord]] = [:]
    /// Effects to be carried out, with the bytes that came with their event. Effects can cause events; a queue keeps
    /// all effects in the order of their events.
    private var queue: Deque<(effect: QuorumEffect, payload: ByteBuffer)> = []
    private var isPerforming = false
    var truncations = 0
    private var flushing = false
    /// Where the newest snapshot ends, or the one being written.
    var snapshotEnd: Offset = 0
    var isTakingSnapshot = false
    /// The piece of a snapshot that the answer under way carries.
    var served = ByteBuffer()
    /// Told when the whole image was replaced by a snapshot from the leader.
    package var onSnapshotLoaded: ((MetadataImage) -> Void)?
    /// Told of each other controller, here when it can decide.
    package var onControllerChanged: () -> Void = {}
    private var isHalted = false

    package init(
        config: BrokerConfig, advertised: Endpoint, clusterID: String, directoryID: UUID, disk: any Disk,
        clock: any Clock, peers: any Peers, background: any Background, snapshotBackground: any Background,
        random: any RandomNumberGenerator & Sendable, log: NodeLog, onHalt: @escaping (String) -> Void
    ) throws {
        nodeID = config.nodeID
        self.advertised = advertised
        self.clusterID = clusterID
        self.clock = clock
        self.peers = peers
        self.background = background
        self.snapshotBackground = snapshotBackground
        self.random = random
        self.log = log
        self.onHalt = onHalt
        settings = ControllerSettings(
            clusterID: clusterID, configs: ConfigView(brokerID: config.nodeID, staticValues: config.values))
        addresses = QuorumAddresses(
            configured: Dictionary(
                config.voters.map { ($0.id, $0.endpoint) }, uniquingKeysWith: { first, _ in first }),
            bootstrap: config.bootstrapServers)
        let own = ReplicaKey(config.nodeID, directory: directoryID)
        store = try QuorumStore(
            parent: config.logDirectory, isAlone: config.voters.map(\.id) == [config.nodeID], own: own, disk: disk,
            clock: clock
        ) { level, line in
            switch level {
            case .info: log.info(line)
            case .warning: log.warn(line)
            case .error: log.error(line)
            }
        }
        let newest = try Self.loadSnapshot(store, log)
        let listener = Voter.Listener(
            name: "PLAINTEXT", host: advertised.host, port: UInt16(clamping: advertised.port))
        machine = QuorumMachine(
            own: Voter(own, listeners: [listener]),
            voters: VoterHistory(configured: VoterSet(config.voters.map(\.id)), entries: try store.voterSets()),
            bootstrap: addresses.servers, config: try QuorumConfig(config), recovered: try store.loadElection(),
            log: store.index, owedEnd: store.owedEnd, random: random)
        if let (id, loaded) = newest {
            image = loaded
            appliedEnd = id.endOffset
            snapshotEnd = id.endOffset
            store.log.setHighWatermark(id.endOffset)
        }
    }

    /// Joins the quorum.
    package func start() { perform(machine.start(now: clock.now)) }

    /// Hands leadership over, if this node has it.
    package func resign() { perform(machine.shutdown(now: clock.now)) }

    package var isActiveController: Bool { controllerState != nil }

    package func observe(_ body: @escaping (MetadataImage, MetadataDelta) -> Void) { observers.append(body) }

    /// Forgets who listens and waits. See `BrokerNode.takeApart`.
    package func takeApart() {
        observers = []
        onSnapshotLoaded = nil
        onControllerChanged = {}
        waiting = [:]
        voterChanges = [:]
        pending = []
    }

    // MARK: Deciding

    package func decide<Response: Sendable>(
        _ decision: @escaping (Controller, _ now: Int64) -> Decision<Response>,
        done: @escaping (Result<Response, ErrorCode>) -> Void
    ) {
        guard let controllerState, pending.count < Limits.pendingDecisions else {
            return done(.failure(.notController))
        }
        let decided = decision(controllerState, clock.now)
        // A heartbeat that changes nothing does not wait for a slow disk: the broker would take it for unanswered.
        if decided.records.isEmpty, let broker = decided.restsOn,
            controllerState.image.brokers[broker] == image.brokers[broker]
        {
            return done(.success(decided.response))
        }
        append(decided.records) { error in
            done(error == .none ? .success(decided.response) : .failure(error))
        }
    }

    /// Appends records as one batch; `done` hears when they are committed. Without records it hears when everything before
    /// is.
    private func append(_ records: [MetadataRecord], _ done: @escaping (ErrorCode) -> Void) {
        guard let controllerState, let leading else { return done(.notController) }
        guard !records.isEmpty else {
            // The answer may rest on records that are not committed yet: it must not be heard before them.
            guard let last = pending.last else { return done(.none) }
            pending.append(Pending(endOffset: last.endOffset, done: done))
            return
        }
        let base = machine.log.end
        let effects: [QuorumEffect]
        do {
            effects = try machine.propose(records: Int32(records.count), epoch: leading.epoch, now: clock.now)
        } catch {
            return done(.notController)
        }
        do {
            for (index, record) in records.enumerated() {
                try controllerState.replay(record, offset: base + Offset(index), now: clock.now)
            }
        } catch {
            log.error("a decision does not fit the controller's own state: \(error)")
        }
        pending.append(Pending(endOffset: base + Offset(records.count), done: done))
        proposals[base] = records
        perform(effects)
        armController()
    }

    private func armController() {
        controllerTimer?.cancel()
        controllerTimer = nil
        guard let controllerState else { return }
        let delay = max(1, controllerState.nextDeadline() - clock.now)
        controllerTimer = clock.schedule(after: delay) { [weak self] in
            guard let self, let controllerState = self.controllerState else { return }
            append(controllerState.tick(now: clock.now)) { _ in }
            armController()
        }
    }

    // MARK: Leadership

    /// Becomes the active controller once everything below its epoch is applied.
    func activateIfCurrent() {
        guard let leading, controllerState == nil, appliedEnd >= leading.start, machine.isLeader else { return }
        var current = image
        current.offset = machine.log.end - 1
        let state = Controller(image: current, settings: settings, random: random, now: clock.now)
        controllerState = state
        log.info("active controller in epoch \(leading.epoch)")
        append(state.activate()) { _ in }
        armController()
        onControllerChanged()
    }

    private func lostLeadership() {
        leading = nil
        controllerState = nil
        controllerTimer?.cancel()
        controllerTimer = nil
        let lost = pending
        pending.removeAll()
        for decision in lost { decision.done(.notController) }
    }

    // MARK: Effects

    /// Carries effects out in order and arms the timer for what comes next. `payload` is what came with the event: the
    /// batches of a Fetch answer, or a piece of a snapshot.
    func perform(_ effects: [QuorumEffect], payload: ByteBuffer = ByteBuffer()) {
        for effect in effects { queue.append((effect, payload)) }
        guard !isPerforming, !isHalted else { return }
        isPerforming = true
        do {
            while let (effect, payload) = queue.popFirst(), !isHalted { try perform(effect, payload) }
        } catch {
            // A node that cannot remember must not go on voting or acknowledging.
            halt("the metadata log cannot be written: \(error)")
        }
        isPerforming = false
        guard !isHalted else { return }
        flush()
        armTimer()
    }

    private func perform(_ effect: QuorumEffect, _ payload: ByteBuffer) throws {
        switch effect {
        case .persist(let state): try store.save(state)
        case .append(let batch):
            let records = proposals.removeValue(forKey: batch.baseOffset) ?? []
            try store.append(try Self.encode(records, batch, timestamp: clock.wall))
        case .appendLeaderChange(let batch, let voters, let granting):
            try store.append(try leaderChange(batch, voters: voters, granting: granting))
        case .appendVoters(let batch, let voters, let withVersion):
            try store.append(try votersBatch(batch, voters, withVersion: withVersion))
        case .probe(let voter, let token): probe(voter, token)
        case .endVoterChange(let token, let error): voterChanges.removeValue(forKey: token)?(error)
        case .appendFetched: try store.append(payload)
        case .truncate(let offset):
            truncations += 1
            try store.truncate(to: offset)
        case .send(let request, let id, let node): send(request, id: id, to: node)
        case .respond(let token, let response): waiting.removeValue(forKey: token)?(response)
        case .serveSnapshot(let token, let ask): serveSnapshot(token, ask)
        case .storeSnapshotChunk(let id, let position, _): try store.store(id, at: position, payload)
        case .installSnapshot(let id): installSnapshot(id)
        case .discardSnapshot(let id): try store.discard(id)
        case .commitAdvanced(let offset): try commit(to: offset)
        case .leaderChanged(let current):
            controller = current.leader.map { ($0, current.epoch) }
            log.info("quorum: epoch \(current.epoch), leader \(current.leader.map(String.init) ?? "none")")
            onControllerChanged()
        case .becameLeader(let epoch, let start):
            leading = (epoch, start)
            activateIfCurrent()
        case .lostLeadership: lostLeadership()
        case .halt(let fault): halt("\(fault)")
        }
    }

    func halt(_ reason: String) {
        guard !isHalted else { return }
        isHalted = true
        timer?.cancel()
        log.error("the metadata quorum cannot go on: \(reason)")
        onHalt(reason)
    }

    /// Makes what was appended durable, off the loop, one run at a time: what comes meanwhile goes with the next.
    private func flush() {
        guard !flushing, let job = store.log.flushJob(.batches) else { return }
        flushing = true
        let disk = store.disk
        let truncations = truncations
        let epoch = store.log.epochs.epoch(at: job.upTo - 1) ?? 0
        let watch = clock.schedule(after: Limits.slowSync) { [log] in
            log.warn(
                "the disk is slow: the metadata log is not synced after \(Limits.slowSync) ms; until it is, this node "
                    + "acknowledges no metadata, and fetches none")
        }
        background.run {
            Result { try job.run(disk) }
        } then: { [weak self] result in
            watch.cancel()
            guard let self else { return }
            flushing = false
            switch result {
            case .success where truncations == self.truncations:
                noteFlushed(job.upTo)
                perform(machine.persisted(to: job.upTo, epoch: epoch, now: clock.now))
            case .success: flush()
            case .failure(let error): halt("the metadata log cannot be synced: \(error)")
            }
        }
    }

    private func noteFlushed(_ offset: Offset) {
        do { try store.flushed(upTo: offset) } catch {
            log.warn("the recovery point of the metadata log is not written and stays behind: \(error)")
        }
    }

    private func armTimer() {
        timer?.cancel()
        timer = nil
        guard let deadline = machine.nextDeadline else { return }
        timer = clock.schedule(after: max(0, deadline - clock.now)) { [weak self] in
            guard let self else { return }
            perform(machine.tick(now: clock.now))
        }
    }

    func nextToken() -> RequestToken {
        lastToken += 1
        return RequestToken(lastToken)
    }
}

extension QuorumConfig {
    /// Kafka's `controller.quorum.*` settings.
    init(_ config: BrokerConfig) throws {
        let defaults = QuorumConfig.kafka
        let election = try config.int("controller.quorum.election.timeout.ms", defaults.electionTimeout, atLeast: 1)
        let first = config.values["controller.quorum.election.timeout.ms"] == nil ? election : min(election, 50)
        let request = try config.int("controller.quorum.request.timeout.ms", defaults.requestTimeout, atLeast: 1)
        let fetch = try config.int("controller.quorum.fetch.timeout.ms", defaults.fetchTimeout, atLeast: 1)
        self.init(
            electionTimeout: election, firstElectionTimeout: first,
            fetchTimeout: fetch,
            fetchMaxWait: min(500, request / 2, fetch / 2),
            electionBackoffMax: try config.int(
                "controller.quorum.election.backoff.max.ms", defaults.electionBackoffMax, atLeast: 1),
            requestTimeout: request,
            retryBackoff: try config.int("controller.quorum.retry.backoff.ms", defaults.retryBackoff, atLeast: 1))
    }
}
