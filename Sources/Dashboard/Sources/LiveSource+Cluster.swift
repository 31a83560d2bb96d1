import ClusterInsight
import KafkaClient
import KafkaProtocol
import LocalCluster

/// Brokers, topics, partitions, quorum, configurations.
extension LiveSource {
    /// Brokers, topics and their partitions.
    func askMetadata() async throws {
        if let managed, let status = try? await managed.status() {
            memory.take(status, leaders: leaderCounts, now: WallClock.now())
        }
        async let described = client.describeCluster(timeout: SourceLimits.call)
        async let listed = client.listTopics(timeout: SourceLimits.call)
        let (cluster, topics) = try await (described, listed)
        let moves = await moves()
        let now = WallClock.now()
        snapshot.clusterID = cluster.clusterID ?? snapshot.clusterID
        if snapshot.quorum == nil { snapshot.controller = cluster.controllerID < 0 ? nil : cluster.controllerID }
        memory.take(
            cluster.brokers.map {
                BrokerMemory.Seen(
                    id: $0.id, host: $0.host, port: Int($0.port), rack: $0.rack, isFenced: $0.isFenced)
            }, leaders: leaderCounts, isBundled: managed != nil, now: now)
        merge(topics, moves)
    }

    /// The moves that run. Only the controller knows, so that while there can be none what it told last stands.
    private func moves() async -> [TopicPartition: OngoingReassignment] {
        if snapshot.hasQuorum, let told = try? await client.listReassignments(timeout: SourceLimits.call) {
            lastMoves = told
        }
        return lastMoves
    }

    private func merge(
        _ topics: [TopicDescription], _ moves: [TopicPartition: OngoingReassignment]
    ) {
        let before = Dictionary(snapshot.topics.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        snapshot.topics = topics.map { topic in
            let was = before[topic.name].flatMap { $0.id == topic.id ? $0 : nil }
            var merged = TopicSnapshot(
                name: topic.name, id: topic.id, isInternal: topic.isInternal || topic.name.hasPrefix("__"),
                minISR: was?.minISR, cleanupPolicy: was?.cleanupPolicy)
            if topic.error != .none { merged.error = "\(topic.error)" }
            let known = Dictionary(
                (was?.partitions ?? []).map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
            merged.partitions = topic.partitions.map { partition in
                let old = known[partition.partition]
                let move = moves[TopicPartition(topic.name, partition.partition)]
                return PartitionSnapshot(
                    id: partition.partition, leader: partition.leader < 0 ? nil : partition.leader,
                    leaderEpoch: partition.leaderEpoch < 0 ? nil : partition.leaderEpoch, replicas: partition.replicas,
                    isr: partition.isr, adding: move?.adding ?? [], removing: move?.removing ?? [],
                    offsets: old?.offsets, logs: (old?.logs ?? []).filter { partition.replicas.contains($0.broker) })
            }
            return merged
        }
    }

    /// The metadata quorum; clusters without one refuse.
    func askQuorum() async throws {
        do {
            let quorum = try await client.describeQuorum(timeout: SourceLimits.call)
            let features = (try? await client.features()) ?? [:]
            var shown = QuorumSnapshot(
                leader: quorum.leader < 0 ? nil : quorum.leader, epoch: quorum.epoch,
                highWatermark: quorum.highWatermark, features: features.mapValues { Int($0) })
            func time(_ at: Timestamp) -> Timestamp? { at < 0 ? nil : at }
            shown.voters = quorum.voters.map {
                .init(
                    id: $0.id, logEnd: $0.logEndOffset, fetchedAt: time($0.lastFetch), caughtUpAt: time($0.lastCaughtUp)
                )
            }
            shown.observers = quorum.observers.map {
                .init(
                    id: $0.id, logEnd: $0.logEndOffset, fetchedAt: time($0.lastFetch), caughtUpAt: time($0.lastCaughtUp)
                )
            }
            let before = snapshot.quorum?.value
            shown.since = before?.epoch == quorum.epoch ? before?.since : before == nil ? nil : WallClock.now()
            snapshot.quorum = Reading(shown, at: WallClock.now())
            snapshot.quorumRefusal = nil
            snapshot.controller = shown.leader
            snapshot.controllerEpoch = quorum.epoch
        } catch ClientError.notOffered {
            snapshot.quorumRefusal =
                "This cluster does not answer DescribeQuorum: not a KRaft cluster, or older than 3.3."
        }
    }

    /// What the figures need of the topics' configurations, and throttles that are set.
    func askConfigs() async throws {
        let names = snapshot.topics.map(\.name).prefix(SourceLimits.configTopics)
        let found = await client.describeConfigs(names.map { .topic($0) }, timeout: SourceLimits.call)
        var failure: ClientError?
        for index in snapshot.topics.indices {
            let name = snapshot.topics[index].name
            switch found[.topic(name)] {
            case .success(let values)?:
                for value in values {
                    switch value.name {
                    case "min.insync.replicas": snapshot.topics[index].minISR = value.value.flatMap { Int($0) }
                    case "cleanup.policy": snapshot.topics[index].cleanupPolicy = value.value
                    default: break
                    }
                }
            case .failure(let error)?: failure = error
            case nil: break
            }
        }
        let brokers = memory.snapshots.filter(\.isWorthAsking).map(\.id)
        let theirs = await client.describeConfigs(brokers.map { .broker($0) }, timeout: SourceLimits.call)
        let throttles = Throttles(found.merging(theirs) { topic, _ in topic })
        snapshot.offsetsRetention = Self.offsetsRetention(theirs.values) ?? snapshot.offsetsRetention
        snapshot.throttles = ThrottleSnapshot(brokers: throttles.rates, topics: throttles.topics)
        offerToRemoveThrottles()
        if let failure, names.count > 0, snapshot.topics.allSatisfy({ $0.minISR == nil }) { throw failure }
    }

    /// `offsets.retention.minutes` of any broker that told, milliseconds.
    private static func offsetsRetention(_ outcomes: some Sequence<Result<[ConfigValue], ClientError>>) -> Int64? {
        for case .success(let values) in outcomes {
            let value = values.first { $0.name == "offsets.retention.minutes" }?.value
            if let minutes = value.flatMap({ Int64($0) }) { return minutes * 60_000 }
        }
        return nil
    }

    /// Once, at the start: an earlier Klamm may have ended before the moves that it throttled.
    private func offerToRemoveThrottles() {
        guard !hasLookedForThrottles else { return }
        hasLookedForThrottles = true
        let throttles = snapshot.throttles
        let isMoving = snapshot.topics.contains { $0.partitions.contains(where: \.isMoving) }
        guard !throttles.isEmpty, !isMoving else { return }
        send(
            .flash("throttles are still set on \(throttles.words): X on screen 7 removes them", .warn))
    }
}
