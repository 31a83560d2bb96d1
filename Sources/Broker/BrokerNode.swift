import ClusterMetadata
import Coordinators
import KafkaProtocol
import LogStorage

/// What a broker takes from outside; a simulation gives its own.
package struct BrokerEnvironment {
    package var disk: any Disk
    package var clock: any Clock
    package var peers: any Peers
    /// For the logs: two slow chores at a time.
    package var background: any Background
    /// For the metadata quorum, which every broker waits for: it must not stand in line behind a compaction.
    package var quorumBackground: any Background
    package var random: any RandomNumberGenerator & Sendable

    package init(
        disk: any Disk, clock: any Clock, peers: any Peers, background: any Background,
        quorumBackground: (any Background)? = nil, random: any RandomNumberGenerator & Sendable
    ) {
        self.disk = disk
        self.clock = clock
        self.peers = peers
        self.background = background
        self.quorumBackground = quorumBackground ?? background
        self.random = random
    }
}

/// One broker, composed: log directory, metadata quorum and controller, replicas, groups, and the handlers of every API.
///
/// All of it lives on one loop. The node does not know sockets: frames reach `router`, requests to others leave by `peers`.
package final class BrokerNode {
    package let config: BrokerConfig
    package let router: RequestRouter
    package let logs: LogDirectories
    package let metadata: MetadataRuntime
    package let replicas: ReplicaManager
    package let groups: GroupRuntime
    package let transactions: TransactionRuntime
    package let lifecycle: BrokerLifecycle
    /// For whoever accepts connections.
    package let connectionLimits: ConnectionLimits
    /// What tells this process from earlier ones under the same id.
    private let incarnation: UUID
    private let channel: ControllerChannel
    private let controllerRouter = RequestRouter()
    private let producerIDs: ProducerIDs
    private let markers: MarkerWriter
    private let maintenance: LogMaintenance
    private let sentBytes: SentBytes
    private let moves: ReplicaMoves
    private let quotas: ClientQuotas
    private let environment: BrokerEnvironment
    private let log: NodeLog

    /// Opens the log directory and loads what is in it. `advertised` is where clients and brokers reach this one.
    /// `onHalt` is told when the node must not go on.
    ///
    /// - Throws: `ConfigError`, `StorageError` (directory in use, or another node's), `DiskError`.
    package init(
        config: BrokerConfig, advertised: Endpoint, router: RequestRouter, environment: BrokerEnvironment, log: NodeLog,
        onHalt: @escaping (String) -> Void
    ) throws {
        self.config = config
        self.router = router
        self.environment = environment
        self.log = log
        let clock = environment.clock
        var random = environment.random
        guard let clusterID = try config.clusterID ?? Self.storedClusterID(config, environment.disk) else {
            throw ConfigError(
                "cluster.id is missing, and \(config.logDirectory) has no meta.properties to take it from")
        }
        logs = try Self.open(config, clusterID: clusterID, environment, &random, log)
        let metadata = try MetadataRuntime(
            config: config, advertised: advertised, clusterID: clusterID,
            directoryID: logs.identity(of: config.logDirectory), disk: environment.disk, clock: clock,
            peers: environment.peers, background: environment.quorumBackground, random: random, log: log,
            onHalt: onHalt)
        self.metadata = metadata
        let controllerRouter = controllerRouter
        let channel = ControllerChannel(router: controllerRouter, peers: environment.peers, clock: clock) {
            guard let controller = metadata.controller else { return .unknown }
            if controller.id == config.nodeID { return metadata.isActiveController ? .here : .unknown }
            return metadata.endpoint(of: controller.id).map { .at($0) } ?? .unknown
        }
        self.channel = channel
        incarnation = .random(using: &random)
        lifecycle = try BrokerLifecycle(
            config: config, advertised: advertised, clusterID: clusterID, incarnation: incarnation,
            directoryIDs: logs.managers.map(\.properties.directoryID), previousBrokerEpoch: logs.previousBrokerEpoch,
            channel: channel, clock: clock, log: log,
            appliedOffset: { metadata.image.offset })
        let lifecycle = lifecycle
        lifecycle.onRegistered = { [logs] in logs.began(brokerEpoch: $0) }
        replicas = try ReplicaManager(
            config: config, logs: logs, clock: clock, peers: environment.peers, channel: channel, log: log,
            brokerEpoch: { lifecycle.brokerEpoch })
        groups = GroupRuntime(
            nodeID: config.nodeID, config: try GroupConfig(config),
            topic: CoordinatorTopic(
                try .offsets(config), config: config, channel: channel, clock: clock, log: log),
            records: replicas, clock: clock, random: random, log: log)
        let producerIDs = ProducerIDs(
            nodeID: config.nodeID, channel: channel, brokerEpoch: { lifecycle.brokerEpoch })
        self.producerIDs = producerIDs
        markers = MarkerWriter(replicas: replicas, groups: groups)
        transactions = TransactionRuntime(
            nodeID: config.nodeID, config: try TransactionConfig(config),
            topic: CoordinatorTopic(
                try .transactions(config), config: config, channel: channel, clock: clock, log: log),
            records: replicas, clock: clock, log: log, nextProducerID: producerIDs.next,
            delivery: PeerMarkerDelivery(nodeID: config.nodeID, peers: environment.peers, writer: markers))
        maintenance = LogMaintenance(
            logs: logs, clock: clock, background: environment.background, log: log,
            intervals: try LogMaintenance.Intervals(config))
        var window = RateQuota.Window()
        window.samples = Int(try config.int("quota.window.num", 11, atLeast: 1))
        window.sampleMs = try config.int("quota.window.size.seconds", 1, atLeast: 1) * 1_000
        quotas = ClientQuotas(clock: clock, window: window)
        router.quotas = quotas
        moves = ReplicaMoves(replicas: replicas, background: environment.background)
        connectionLimits = ConnectionLimits(configs: replicas.configs, clock: clock)
        sentBytes = SentBytes(directory: config.logDirectory, disk: environment.disk, clock: clock, log: log)
        let quorum = DescribeQuorumHandler(metadata: metadata, channel: channel, clock: clock)
        ControllerHandlers.register(on: controllerRouter, metadata: metadata)
        FeatureHandlers(metadata: metadata).register(on: controllerRouter)
        controllerRouter.on(DescribeQuorumRequest.self, quorum.decide)
        let voters = RaftVoterHandlers(metadata: metadata, channel: channel)
        voters.registerDecisions(on: controllerRouter)
        voters.register(on: router)
        register(quorum, clusterID: clusterID, clock: clock)
        observe()
    }

    /// Joins the quorum and registers with its controller.
    package func start() {
        metadata.start()
        lifecycle.start()
        maintenance.start()
        sentBytes.start()
    }

    /// Leaves in order: leaderships go elsewhere, logs are synced and closed, then `done`. Takes at most about `timeout`
    /// milliseconds; what did not happen by then is made up for at the next start.
    package func stop(timeout: Int64, _ done: @escaping () -> Void) {
        lifecycle.shutDown(timeout: timeout) { [self] in
            sentBytes.stop()
            metadata.resign()
            // The others elect at once when they hear of it; a moment is enough for one message.
            environment.clock.schedule(after: 20) { [self] in
                maintenance.stop { [self] in
                    closeLogs()
                    done()
                }
            }
        }
    }

    /// Lets the parts go, which hold each other as they live as long as their process: for whoever has many nodes in one,
    /// one after the other. The node may not be used any more.
    package func takeApart() {
        router.takeApart()
        controllerRouter.takeApart()
        metadata.takeApart()
        replicas.takeApart()
        lifecycle.takeApart()
    }

    private func closeLogs() {
        do {
            try logs.close(brokerEpoch: lifecycle.brokerEpoch, now: environment.clock.wall)
        } catch {
            log.error("the logs are not closed in order: \(error)")
        }
    }

    private static func open(
        _ config: BrokerConfig, clusterID: String, _ environment: BrokerEnvironment,
        _ random: inout any RandomNumberGenerator & Sendable, _ log: NodeLog
    ) throws -> LogDirectories {
        let managers = try config.logDirectories.enumerated().map { index, directory in
            // Each directory draws its own id.
            for _ in 0..<index { _ = random.next() }
            return try LogManager(
                directory: directory, clusterID: clusterID, nodeID: config.nodeID, disk: environment.disk,
                defaults: LogConfig(), now: environment.clock.wall, random: random
            ) { level, line in
                switch level {
                case .info: log.info(line)
                case .warning: log.warn(line)
                case .error: log.error(line)
                }
            }
        }
        return try LogDirectories(managers)
    }

    private static func storedClusterID(_ config: BrokerConfig, _ disk: any Disk) throws -> String? {
        try MetaProperties.read(disk, config.logDirectory + "/meta.properties")?.clusterID
    }

    private func register(_ quorum: DescribeQuorumHandler, clusterID: String, clock: any Clock) {
        let versions = ApiVersionsHandler(router: router, metadata: metadata) { [metadata] in metadata.kraftVersion }
        router.on(ApiVersionsRequest.self, versions.handle)
        let gate = StartupGate()
        lifecycle.onCaughtUp = gate.open
        let metadata = metadata
        let fetch = FetchHandler(
            replicas: replicas, sentBytes: sentBytes, quotas: quotas, gate: gate, random: environment.random
        ) {
            metadata.handleFetch($0)
        }
        let verifier = TransactionVerifier(
            nodeID: config.nodeID, transactions: transactions, peers: environment.peers)
        ReplicaHandlers.register(
            on: router, replicas: replicas, fetch: fetch,
            verification: ProduceVerification(replicas: replicas, verifier: verifier), quotas: quotas, moves: moves,
            gate: gate)
        TransactionHandlers.register(
            on: router, transactions: transactions, groups: groups, replicas: replicas, producerIDs: producerIDs,
            markers: markers, verifier: verifier, gate: gate)
        router.on(EnvelopeRequest.self, channel.handle)
        router.on(DescribeQuorumRequest.self, quorum.handle)
        metadata.register(on: router)
        groups.register(on: router)
        AdminHandlers.register(
            on: router, channel: channel, metadata: metadata, configs: replicas.configs, clusterID: clusterID,
            gate: gate, clock: clock, log: log)
    }

    private func observe() {
        let replicas = replicas
        let groups = groups
        let transactions = transactions
        let quotas = quotas
        let connectionLimits = connectionLimits
        let moves = moves
        // What is committed from before this process registered is not for it: it may say that this broker leads, with
        // records that it lost with its power, or that it keeps a topic that was made again since. The registration of
        // this incarnation takes it out of every in-sync set, so what comes with it or later can be acted upon.
        var isRegistered = false
        let act = { [nodeID = config.nodeID, incarnation] (image: MetadataImage, delta: MetadataDelta?) in
            guard isRegistered || image.brokers[nodeID]?.incarnationID == incarnation else { return }
            replicas.apply(image, isRegistered ? delta : nil)
            groups.apply(image, isRegistered ? delta : nil)
            transactions.apply(image)
            quotas.apply(image, isRegistered ? delta : nil)
            connectionLimits.apply(image, isRegistered ? delta : nil)
            // Its own registration is as new as anything that happened before this broker came.
            if !isRegistered {
                replicas.clearStrays()
                moves.resume()
            }
            isRegistered = true
        }
        metadata.observe(act)
        metadata.onSnapshotLoaded = { act($0, nil) }
    }
}
