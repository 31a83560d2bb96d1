import ClusterMetadata
import KafkaProtocol
import LogStorage

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
    private let gate = StartupGate()
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
        var parts = BrokerParts(config: config, advertised: advertised, environment: environment, log: log)
        self.config = config
        self.router = router
        self.environment = environment
        self.log = log
        let clusterID = try parts.clusterID()
        logs = try parts.logs(of: clusterID)
        metadata = try parts.metadata(of: clusterID, directoryID: logs.identity(of: config.logDirectory), onHalt)
        channel = parts.channel(to: controllerRouter, metadata)
        incarnation = parts.incarnation()
        lifecycle = try parts.lifecycle(of: clusterID, incarnation, logs, metadata, channel)
        replicas = try parts.replicas(logs, channel, lifecycle)
        groups = try parts.groups(replicas, channel)
        producerIDs = ProducerIDs(
            nodeID: config.nodeID, channel: channel, brokerEpoch: { [lifecycle] in lifecycle.brokerEpoch })
        markers = MarkerWriter(replicas: replicas, groups: groups)
        transactions = try parts.transactions(replicas, channel, producerIDs, markers)
        maintenance = try parts.maintenance(of: logs, replicas)
        quotas = try parts.quotas()
        moves = ReplicaMoves(replicas: replicas, background: environment.background)
        connectionLimits = ConnectionLimits(configs: replicas.configs, clock: environment.clock)
        sentBytes = parts.sentBytes()
        router.quotas = quotas
        registerDecisions()
        register(clusterID: clusterID)
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
        gate.takeApart()
        channel.takeApart()
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

    /// What the controller decides, asked by brokers through `channel`.
    private func registerDecisions() {
        ControllerHandlers.register(on: controllerRouter, metadata: metadata)
        FeatureHandlers(metadata: metadata).register(on: controllerRouter)
        let quorum = DescribeQuorumHandler(metadata: metadata, channel: channel, clock: environment.clock)
        controllerRouter.on(DescribeQuorumRequest.self, quorum.decide)
        router.on(DescribeQuorumRequest.self, quorum.handle)
        let voters = RaftVoterHandlers(metadata: metadata, channel: channel)
        voters.registerDecisions(on: controllerRouter)
        voters.register(on: router)
    }

    private func register(clusterID: String) {
        let versions = ApiVersionsHandler(router: router, metadata: metadata) { [metadata] in metadata.kraftVersion }
        router.on(ApiVersionsRequest.self, versions.handle)
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
        metadata.register(on: router)
        groups.register(on: router)
        AdminHandlers.register(
            on: router, channel: channel, metadata: metadata, configs: replicas.configs, clusterID: clusterID,
            gate: gate, clock: environment.clock, log: log)
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
        metadata.onControllerChanged = { [weak channel] in channel?.controllerChanged() }
    }
}
