import Coordinators
import KafkaProtocol
import LogStorage

/// Makes the parts of a `BrokerNode`, each of those before it.
struct BrokerParts {
    private let config: BrokerConfig
    private let advertised: Endpoint
    private let environment: BrokerEnvironment
    private let clock: any Clock
    private let log: NodeLog
    private var random: any RandomNumberGenerator & Sendable

    init(config: BrokerConfig, advertised: Endpoint, environment: BrokerEnvironment, log: NodeLog) {
        self.config = config
        self.advertised = advertised
        self.environment = environment
        self.log = log
        clock = environment.clock
        random = environment.random
    }

    /// The configured one, or the one that the directory was used with.
    func clusterID() throws -> String {
        let stored = { [disk = environment.disk, path = config.logDirectory + "/meta.properties"] in
            try MetaProperties.read(disk, path)?.clusterID
        }
        guard let id = try config.clusterID ?? stored() else {
            throw ConfigError(
                "cluster.id is missing, and \(config.logDirectory) has no meta.properties to take it from")
        }
        return id
    }

    mutating func logs(of clusterID: String) throws -> LogDirectories {
        let managers = try config.logDirectories.enumerated().map { index, directory in
            // Each directory draws its own id.
            for _ in 0..<index { _ = random.next() }
            return try LogManager(
                directory: directory, clusterID: clusterID, nodeID: config.nodeID, disk: environment.disk,
                defaults: LogConfig(), now: clock.wall, random: random
            ) { [log] level, line in
                switch level {
                case .info: log.info(line)
                case .warning: log.warn(line)
                case .error: log.error(line)
                }
            }
        }
        return try LogDirectories(managers)
    }

    func metadata(
        of clusterID: String, directoryID: UUID, _ onHalt: @escaping (String) -> Void
    ) throws -> MetadataRuntime {
        try MetadataRuntime(
            config: config, advertised: advertised, clusterID: clusterID, directoryID: directoryID,
            disk: environment.disk, clock: clock, peers: environment.peers, background: environment.quorumBackground,
            snapshotBackground: environment.background, random: random, log: log, onHalt: onHalt)
    }

    func channel(to router: RequestRouter, _ metadata: MetadataRuntime) -> ControllerChannel {
        ControllerChannel(router: router, peers: environment.peers, clock: clock) { [nodeID = config.nodeID] in
            guard let controller = metadata.controller else { return .unknown }
            if controller.id == nodeID { return metadata.isActiveController ? .here : .unknown }
            return metadata.endpoint(of: controller.id).map { .at($0) } ?? .unknown
        }
    }

    mutating func incarnation() -> UUID { .random(using: &random) }

    func lifecycle(
        of clusterID: String, _ incarnation: UUID, _ logs: LogDirectories, _ metadata: MetadataRuntime,
        _ channel: ControllerChannel
    ) throws -> BrokerLifecycle {
        let lifecycle = try BrokerLifecycle(
            config: config, advertised: advertised, clusterID: clusterID, incarnation: incarnation,
            directoryIDs: logs.managers.map(\.properties.directoryID), previousBrokerEpoch: logs.previousBrokerEpoch,
            channel: channel, clock: clock, log: log, appliedOffset: { metadata.image.offset })
        lifecycle.onRegistered = { logs.began(brokerEpoch: $0) }
        return lifecycle
    }

    func replicas(
        _ logs: LogDirectories, _ channel: ControllerChannel, _ lifecycle: BrokerLifecycle
    ) throws -> ReplicaManager {
        try ReplicaManager(
            config: config, logs: logs, clock: clock, peers: environment.peers, channel: channel, log: log,
            brokerEpoch: { lifecycle.brokerEpoch })
    }

    func groups(_ replicas: ReplicaManager, _ channel: ControllerChannel) throws -> GroupRuntime {
        GroupRuntime(
            nodeID: config.nodeID, config: try GroupConfig(config), topic: topic(try .offsets(config), channel),
            records: replicas, clock: clock, random: random, log: log)
    }

    func transactions(
        _ replicas: ReplicaManager, _ channel: ControllerChannel, _ producerIDs: ProducerIDs, _ markers: MarkerWriter
    ) throws -> TransactionRuntime {
        TransactionRuntime(
            nodeID: config.nodeID, config: try TransactionConfig(config),
            topic: topic(try .transactions(config), channel), records: replicas, clock: clock, log: log,
            nextProducerID: producerIDs.next,
            delivery: PeerMarkerDelivery(nodeID: config.nodeID, peers: environment.peers, writer: markers))
    }

    private func topic(_ plan: CoordinatorTopic.Plan, _ channel: ControllerChannel) -> CoordinatorTopic {
        CoordinatorTopic(plan, config: config, channel: channel, clock: clock, log: log)
    }

    func maintenance(of logs: LogDirectories, _ replicas: ReplicaManager) throws -> LogMaintenance {
        LogMaintenance(
            logs: logs, clock: clock, background: environment.background, log: log,
            refusedWrites: replicas.refusedWrites, intervals: try LogMaintenance.Intervals(config))
    }

    func quotas() throws -> ClientQuotas {
        var window = RateQuota.Window()
        window.samples = Int(try config.int("quota.window.num", 11, atLeast: 1))
        window.sampleMs = try config.int("quota.window.size.seconds", 1, atLeast: 1) * 1_000
        return ClientQuotas(clock: clock, window: window)
    }

    func sentBytes() -> SentBytes {
        SentBytes(directory: config.logDirectory, disk: environment.disk, clock: clock, log: log)
    }
}
