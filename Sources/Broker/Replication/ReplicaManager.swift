import ClusterMetadata
import KafkaProtocol
import LogStorage
import NIOCore

/// Every partition replica of this broker, led or followed, kept in line with committed metadata. Loop only.
package final class ReplicaManager {
    package let nodeID: BrokerID
    package let logs: LogDirectories
    package let clock: any Clock
    package let configs: ConfigView
    package let operations: DelayedOperations
    package let throttle: ReplicationThrottle
    /// Takes note of writes that disks refuse.
    let refusedWrites: RefusedWrites
    let log: NodeLog
    private let peers: any Peers
    /// `replica.lag.time.max.ms`.
    package let lagLimit: Int64
    private let fetcherSettings: ReplicaFetcher.Settings

    package private(set) var partitions: [TopicPartition: Partition] = [:]
    package private(set) var image = MetadataImage()
    /// Grows with every change of metadata; what was looked up before may be out of date.
    private(set) var generation = 0
    /// Why a partition of this broker is not served (its directory cannot be used).
    package private(set) var offline: [TopicPartition: String] = [:]

    var refusedBatches = RefusedBatches()
    private var fetchers: [BrokerID: ReplicaFetcher] = [:]
    private var followed: [TopicPartition: BrokerID] = [:]
    private var proposals: IsrProposals?
    private var leadershipObservers: [(LocalChanges) -> Void] = []
    private let brokerEpoch: () -> Int64

    package init(
        config: BrokerConfig, logs: LogDirectories, clock: any Clock, peers: any Peers, channel: ControllerChannel,
        log: NodeLog, brokerEpoch: @escaping () -> Int64
    ) throws {
        nodeID = config.nodeID
        self.logs = logs
        self.clock = clock
        self.peers = peers
        self.log = log
        self.brokerEpoch = brokerEpoch
        configs = ConfigView(brokerID: config.nodeID, staticValues: config.values)
        operations = DelayedOperations(clock: clock)
        throttle = ReplicationThrottle(nodeID: config.nodeID, clock: clock)
        refusedWrites = RefusedWrites(directories: logs.managers.map(\.directory), clock: clock, log: log)
        lagLimit = try config.int("replica.lag.time.max.ms", 30_000, atLeast: 1)
        var settings = ReplicaFetcher.Settings(nodeID: config.nodeID)
        settings.maxWait = Int32(clamping: try config.int("replica.fetch.wait.max.ms", 500, atLeast: 1))
        settings.backoff = try config.int("replica.fetch.backoff.ms", 1_000, atLeast: 1)
        fetcherSettings = settings
        proposals = IsrProposals(
            nodeID: nodeID, channel: channel, clock: clock, log: log, brokerEpoch: brokerEpoch,
            memberEpoch: { [unowned self] in image.brokers[$0]?.epoch ?? -1 },
            settled: { [unowned self] in highWatermarkMayMove($0) })
        scheduleShrinking()
    }

    /// A replica of this broker; nil when it has none.
    package func partition(_ key: TopicPartition) -> Partition? { partitions[key] }

    /// Tells who follows leadership (coordinators): called on the loop after each change is in effect.
    package func observeLeadership(_ body: @escaping (LocalChanges) -> Void) { leadershipObservers.append(body) }

    /// Forgets who listens and waits. See `BrokerNode.takeApart`.
    package func takeApart() {
        leadershipObservers = []
        operations.takeApart()
    }

    // MARK: Metadata

    /// Brings the replicas in line with committed metadata. `delta` is nil for everything at once, as at start.
    package func apply(_ image: MetadataImage, _ delta: MetadataDelta?) {
        self.image = image
        generation += 1
        if delta.map({ !$0.configs.isEmpty }) ?? true { throttle.refresh(configs, image) }
        let changes = delta.map { image.localChanges(of: nodeID, in: $0) } ?? image.localReplicas(of: nodeID)
        for removal in changes.removed { remove(removal) }
        for replica in changes.leading { lead(replica) }
        for replica in changes.following { follow(replica) }
        if let delta, !delta.configs.isEmpty { reconfigure(delta.configs) }
        if !changes.isEmpty { for observer in leadershipObservers { observer(changes) } }
        // A broker that came or went may free the high watermark.
        if let delta, !delta.brokers.isEmpty {
            for partition in partitions.values where partition.isLeader { highWatermarkMayMove(partition) }
        }
        fetchers = fetchers.filter { !$0.value.isIdle }
    }

    private func lead(_ replica: LocalChanges.Replica) {
        let key = TopicPartition(replica.name, replica.partition)
        guard let partition = ensure(replica, key), isNewer(replica.state, than: partition) else { return }
        stopFollowing(key)
        let was = partition.isLeader ? partition.leaderEpoch : -1
        partition.lead(replica.state, now: clock.now)
        if was != replica.state.leaderEpoch {
            log.info("\(key): leading in epoch \(replica.state.leaderEpoch) from offset \(partition.epochStart)")
        }
        highWatermarkMayMove(partition)
        operations.check(key)
    }

    private func follow(_ replica: LocalChanges.Replica) {
        let key = TopicPartition(replica.name, replica.partition)
        guard let partition = ensure(replica, key), isNewer(replica.state, than: partition) else { return }
        let sameLeadership = !partition.isLeader && partition.leaderEpoch == replica.state.leaderEpoch
        partition.follow(replica.state)
        // Whoever waited here for a leader's answer must learn that it is another now.
        operations.check(key)
        let leader = replica.state.leader
        if sameLeadership, followed[key] == leader { return }
        stopFollowing(key)
        guard leader >= 0, leader != nodeID else { return }
        followed[key] = leader
        fetcher(of: leader).add(partition)
    }

    /// AlterPartition's answers may be ahead of metadata: an older state must not undo them.
    private func isNewer(_ state: PartitionState, than partition: Partition) -> Bool {
        state.partitionEpoch >= partition.state.partitionEpoch && state.leaderEpoch >= partition.state.leaderEpoch
    }

    private func ensure(_ replica: LocalChanges.Replica, _ key: TopicPartition) -> Partition? {
        if let known = partitions[key] {
            if known.topicID == replica.topic { return known }
            // The topic was deleted and made again: nothing of the old one may be served.
            drop(key, delete: true)
        }
        do {
            let config = configs.topic(replica.name, in: image)
            if let old = logs.log(key), !old.mayBelong(to: replica.topic) { try clear(old, key) }
            let partitionLog = try logs.create(
                key, topicID: replica.topic, config: logConfig(config), now: clock.wall)
            var blank = PartitionState()
            blank.partitionEpoch = -1
            blank.leaderEpoch = -1
            let partition = Partition(
                topicPartition: key, topicID: replica.topic, log: partitionLog, nodeID: nodeID, state: blank,
                config: config)
            partitions[key] = partition
            offline[key] = nil
            return partition
        } catch {
            offline[key] = "\(error)"
            refusedWrites.note("\(key): offline here", error)
            return nil
        }
    }

    /// Takes a log out of the way that is of another topic or of one that nobody can tell; checkpoints that name it are not
    /// believed any more.
    private func clear(_ old: Log, _ key: TopicPartition) throws {
        if old.topicID == nil, old.sizeInBytes == 0 {
            try logs.delete(key, now: clock.wall)
        } else {
            try logs.setAside(key)
        }
    }

    private func remove(_ removal: LocalChanges.Removal) {
        // Another topic may bear the name by now: its records stay.
        if let id = logs.log(TopicPartition(removal.name, removal.partition))?.topicID, id != removal.topic { return }
        drop(TopicPartition(removal.name, removal.partition), delete: true)
    }

    /// Sets logs without a replica aside: those of topics that were deleted, and of partitions that were placed elsewhere,
    /// while this broker was away. They are not removed, as damaged metadata look the same. To be called once the metadata
    /// is as new as the cluster.
    package func clearStrays() {
        for key in logs.logs.keys where partitions[key] == nil && offline[key] == nil {
            do { try logs.setAside(key) } catch { log.error("\(key): cannot be set aside: \(error)") }
        }
    }

    private func drop(_ key: TopicPartition, delete: Bool) {
        stopFollowing(key)
        if let partition = partitions.removeValue(forKey: key) {
            var gone = partition.state
            gone.leader = -1
            partition.follow(gone)
        }
        operations.check(key)
        guard delete, logs.log(key) != nil else { return }
        do { try logs.delete(key, now: clock.wall) } catch { log.error("\(key): cannot be deleted: \(error)") }
    }

    private func stopFollowing(_ key: TopicPartition) {
        guard let source = followed.removeValue(forKey: key) else { return }
        fetchers[source]?.remove(key)
    }

    private func fetcher(of source: BrokerID) -> ReplicaFetcher {
        if let known = fetchers[source] { return known }
        let fresh = ReplicaFetcher(
            source: source, settings: fetcherSettings, peers: peers, clock: clock, log: log,
            refusedWrites: refusedWrites, throttle: throttle,
            endpoint: { [weak self] in self?.endpoint(of: source) }, brokerEpoch: brokerEpoch,
            advanced: { [weak self] in self?.operations.check($0.topicPartition) })
        fetchers[source] = fresh
        return fresh
    }

    private func endpoint(of broker: BrokerID) -> Endpoint? {
        image.brokers[broker]?.endpoints.first.map { Endpoint(host: $0.host, port: Int($0.port)) }
    }

    /// Reads the configs of topics again that a change concerns, once for all partitions of each.
    private func reconfigure(_ changed: Set<ConfigResource>) {
        let isForAll = changed.contains(.defaultBroker) || changed.contains(.broker(nodeID))
        var read: [String: TopicConfig] = [:]
        for partition in partitions.values {
            let topic = partition.topicPartition.topic
            guard isForAll || changed.contains(.topic(topic)) else { continue }
            let config = read[topic] ?? configs.topic(topic, in: image)
            read[topic] = config
            partition.config = config
            partition.log.config = logConfig(config)
            highWatermarkMayMove(partition)
        }
    }

    /// What a topic's configs and this broker's own mean for a log.
    private func logConfig(_ topic: TopicConfig) -> LogConfig {
        var config = LogConfig(topic)
        config.producerIDExpirationMs = configs.int("producer.id.expiration.ms", in: image)
        return config
    }

    // MARK: Leading

    func isEligible(_ broker: BrokerID, _ epoch: Int64) -> Bool {
        guard image.isActive(broker), let registered = image.brokers[broker]?.epoch else { return false }
        return epoch < 0 || epoch == registered
    }

    /// Re-computes the high watermark of a led partition and wakes who waits for it.
    func highWatermarkMayMove(_ partition: Partition) {
        let moved = partition.advanceHighWatermark(now: clock.now, lagLimit: lagLimit, eligible: isEligible)
        if moved { operations.check(partition.topicPartition) }
    }

    /// A follower said how far it is: it may join the in-sync set, and the high watermark may move.
    func followerFetched(
        _ partition: Partition, _ follower: BrokerID, from offset: Offset, logStart: Offset, brokerEpoch: Int64
    ) {
        let before = partition.followers[follower]?.logStartOffset
        partition.followerFetched(
            follower, from: offset, logStart: logStart, brokerEpoch: brokerEpoch, now: clock.now)
        if let expanded = partition.expandedISR(with: follower, eligible: isEligible) {
            proposals?.propose(expanded, for: partition)
        }
        highWatermarkMayMove(partition)
        // DeleteRecords waits for followers' log starts.
        if let before, logStart > before { operations.check(partition.topicPartition) }
    }

    private func scheduleShrinking() {
        clock.schedule(after: max(1, lagLimit / 2)) { [weak self] in
            guard let self else { return }
            for partition in partitions.values where partition.isLeader {
                guard let kept = partition.shrunkISR(now: clock.now, lagLimit: lagLimit) else { continue }
                log.warn("\(partition.topicPartition): proposing ISR \(kept) instead of \(partition.state.isr)")
                proposals?.propose(kept, for: partition)
            }
            scheduleShrinking()
        }
    }
}

extension LogConfig {
    /// The part of a topic's configs that its log heeds.
    init(_ topic: TopicConfig) {
        self.init()
        segmentBytes = Int(clamping: topic.segmentBytes)
        segmentMs = topic.segmentMs
        segmentJitterMs = topic.segmentJitterMs
        segmentIndexBytes = Int(clamping: topic.segmentIndexBytes)
        indexIntervalBytes = Int(clamping: topic.indexIntervalBytes)
        preallocates = topic.preallocate
        retentionMs = topic.retentionMs
        retentionBytes = topic.retentionBytes
        deletes = topic.cleanupPolicy.contains(.delete)
        compacts = topic.cleanupPolicy.contains(.compact)
        deleteRetentionMs = topic.deleteRetentionMs
        fileDeleteDelayMs = topic.fileDeleteDelayMs
        minCleanableDirtyRatio = topic.minCleanableDirtyRatio
        minCompactionLagMs = topic.minCompactionLagMs
        maxCompactionLagMs = topic.maxCompactionLagMs
        flushMessages = topic.flushMessages
        flushMs = topic.flushMs
    }
}
