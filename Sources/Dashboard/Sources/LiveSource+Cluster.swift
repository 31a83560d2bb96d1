import ClusterInsight
import KafkaClient
import KafkaProtocol
import LocalCluster

/// Brokers, topics, partitions, quorum, configurations.
extension LiveSource {
    /// Brokers, and topics with their partitions: all when a survey is due, else those that somebody looks at.
    func askMetadata() async throws {
        if let managed, let status = try? await managed.status() {
            memory.take(status, leaders: leaderCounts, now: WallClock.now())
        }
        let isSurvey = beginSurvey(.metadata)
        let names = attendedTopics.sorted()
        async let described = client.describeCluster(timeout: SourceTimes.call)
        async let listed =
            isSurvey
            ? client.listTopics(timeout: SourceTimes.survey)
            : client.topics(named: names, timeout: SourceTimes.call)
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
        let hasChanged = cluster.brokers != lastBrokers
        lastBrokers = cluster.brokers
        if isSurvey {
            take(all: topics, moves)
            endSurvey(.metadata, items: snapshot.partitionCount)
        } else if take(some: topics, moves) || hasChanged {
            // Who comes or goes takes leaders along, and one partition that moved is seldom alone.
            hurrySurvey(.metadata)
        }
        memory.take(assigned: assignedBrokers)
    }

    /// The moves that run. Only the controller knows, so that while there can be none what it told last stands.
    private func moves() async -> [TopicPartition: OngoingReassignment] {
        if snapshot.hasQuorum, let told = try? await client.listReassignments(timeout: SourceTimes.moves) {
            // Throttles come and go with moves.
            if told.isEmpty != lastMoves.isEmpty { hurrySurvey(.configs) }
            lastMoves = told
        }
        return lastMoves
    }

    /// Takes all topics; those that are as they were keep what is known of them without being touched.
    private func take(all topics: [TopicDescription], _ moves: [TopicPartition: OngoingReassignment]) {
        let pairs = NamedPairs(snapshot.topics, topics, oldName: { $0.name }, newName: { $0.name })
        if pairs.isUnmoved {
            for (index, topic) in topics.enumerated() {
                // Deleted and made anew between two looks: nothing that was known of it holds.
                if snapshot.topics[index].id != topic.id { snapshot.topics[index] = TopicSnapshot(topic) }
                _ = take(topic, at: index, moves)
            }
            return
        }
        let before = snapshot.topics
        snapshot.topics = topics.enumerated().map { index, topic in
            let was = pairs.old(index).map { before[$0] }
            return was.flatMap { $0.id == topic.id ? $0 : nil } ?? TopicSnapshot(topic)
        }
        topicPositions = Dictionary(
            topics.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
        noteTopicsChanged()
        for (index, topic) in topics.enumerated() { _ = take(topic, at: index, moves) }
    }

    /// Takes some topics.
    ///
    /// - Returns: whether any of them is not as it was.
    private func take(some topics: [TopicDescription], _ moves: [TopicPartition: OngoingReassignment]) -> Bool {
        var hasChanged = false
        for topic in topics {
            guard let index = topicPositions[topic.name] else { continue }
            if topic.error != .none {
                // One that is gone now is asked for no more once all topics were read.
                if snapshot.topics[index].error == nil { hasChanged = true }
                snapshot.topics[index].error = "\(topic.error)"
            } else if snapshot.topics[index].id != topic.id {
                hasChanged = true
            } else if take(topic, at: index, moves) {
                hasChanged = true
            }
        }
        return hasChanged
    }

    /// Takes a topic where it stands.
    ///
    /// - Returns: whether it is not as it was.
    private func take(
        _ topic: TopicDescription, at index: Int, _ moves: [TopicPartition: OngoingReassignment]
    ) -> Bool {
        let error = topic.error == .none ? nil : "\(topic.error)"
        if snapshot.topics[index].error != error { snapshot.topics[index].error = error }
        var hasChanged = false
        let isAligned = snapshot.topics[index].partitions.count == topic.partitions.count
        for (position, partition) in topic.partitions.enumerated() {
            let move = moves.isEmpty ? nil : moves[TopicPartition(topic.name, partition.partition)]
            if isAligned, snapshot.topics[index].partitions[position].isAs(partition, move) { continue }
            hasChanged = true
            let old =
                isAligned ? position : snapshot.topics[index].partitions.firstIndex { $0.id == partition.partition }
            if let old {
                snapshot.topics[index].partitions[old].take(partition, move, &placements)
            } else {
                snapshot.topics[index].partitions.append(PartitionSnapshot(partition, move, &placements))
            }
        }
        if snapshot.topics[index].partitions.count > topic.partitions.count {
            let known = Set(topic.partitions.map(\.partition))
            snapshot.topics[index].partitions.removeAll { !known.contains($0.id) }
            hasChanged = true
        }
        if hasChanged {
            snapshot.topics[index].partitions.sort { $0.id < $1.id }
            noteTopicsChanged()
        }
        return hasChanged
    }

    /// What the figures need of the topics' configurations, and throttles that are set.
    func askConfigs() async throws {
        let names = nextConfigTopics()
        let found = await client.describeConfigs(
            names.map { .topic($0) }, keys: Self.topicKeys + ThrottleConfig.lists, timeout: SourceTimes.survey)
        var failure: ClientError?
        for name in names {
            guard let index = topicPositions[name] else { continue }
            switch found[.topic(name)] {
            case .success(let values)?: take(values, ofTopicAt: index)
            case .failure(let error)?: failure = error
            case nil: break
            }
        }
        let brokers = memory.snapshots.filter(\.isWorthAsking).map(\.id)
        let theirs = await client.describeConfigs(brokers.map { .broker($0) }, timeout: SourceTimes.call)
        let throttles = noteThrottles(Throttles(found.merging(theirs) { topic, _ in topic }), of: names)
        snapshot.offsetsRetention = Self.offsetsRetention(theirs.values) ?? snapshot.offsetsRetention
        snapshot.throttles = ThrottleSnapshot(brokers: throttles.rates, topics: throttles.topics)
        offerToRemoveThrottles()
        if let failure, names.count > 0, snapshot.topics.allSatisfy({ $0.minISR == nil }) { throw failure }
    }

    /// The topics whose configurations are read next: where there are very many, some of them in each round.
    private func nextConfigTopics() -> [String] {
        let all = snapshot.topics
        guard all.count > DashboardLimits.configTopics else {
            nextConfigTopic = 0
            return all.map(\.name)
        }
        let first = nextConfigTopic < all.count ? nextConfigTopic : 0
        nextConfigTopic = first + DashboardLimits.configTopics
        return all[first..<min(nextConfigTopic, all.count)].map(\.name)
    }

    /// The throttles of all brokers and topics, of which some topics have just been read.
    private func noteThrottles(_ found: Throttles, of names: [String]) -> Throttles {
        let read = Set(names)
        let kept = lastThrottles.values.filter { resource, _ in
            guard case .topic(let name) = resource else { return false }
            return !read.contains(name) && topicPositions[name] != nil
        }
        lastThrottles = found
        lastThrottles.values.merge(kept) { new, _ in new }
        return lastThrottles
    }

    private static let topicKeys = ["min.insync.replicas", "cleanup.policy"]

    private func take(_ values: [ConfigValue], ofTopicAt index: Int) {
        for value in values {
            switch value.name {
            case "min.insync.replicas":
                let minISR = value.value.flatMap { Int($0) }
                if snapshot.topics[index].minISR != minISR { snapshot.topics[index].minISR = minISR }
                if snapshot.topics[index].capsMinISR != capsMinISR { snapshot.topics[index].capsMinISR = capsMinISR }
            case "cleanup.policy":
                if snapshot.topics[index].cleanupPolicy != value.value {
                    snapshot.topics[index].cleanupPolicy = value.value
                }
            default: break
            }
        }
    }

    /// `offsets.retention.minutes` of any broker that told, milliseconds.
    private static func offsetsRetention(_ outcomes: some Sequence<Result<[ConfigValue], ClientError>>) -> Int64? {
        for case .success(let values) in outcomes {
            let value = values.first { $0.name == "offsets.retention.minutes" }?.value
            if let minutes = value.flatMap({ Int64($0) }) { return minutes * 60_000 }
        }
        return nil
    }

    /// Once, at the start or when the moves end that ran then: an earlier Klamm may have ended before those it throttled.
    private func offerToRemoveThrottles() {
        guard !hasLookedForThrottles, lastMoves.isEmpty else { return }
        hasLookedForThrottles = true
        let throttles = snapshot.throttles
        guard !throttles.isEmpty else { return }
        send(
            .flash("throttles are still set on \(throttles.words): X on screen 7 removes them", .warn))
    }
}

extension TopicSnapshot {
    /// A topic of which only metadata is known.
    fileprivate init(_ topic: TopicDescription) {
        self.init(name: topic.name, id: topic.id, isInternal: topic.isInternal || topic.name.hasPrefix("__"))
    }
}

extension PartitionSnapshot {
    fileprivate init(_ told: PartitionDescription, _ move: OngoingReassignment?, _ placements: inout Placements) {
        self.init(id: told.partition, leader: nil, replicas: [], isr: [])
        take(told, move, &placements)
    }

    /// Whether metadata tells nothing new.
    fileprivate func isAs(_ told: PartitionDescription, _ move: OngoingReassignment?) -> Bool {
        id == told.partition && (leader ?? -1) == told.leader && (leaderEpoch ?? -1) == told.leaderEpoch
            && placement.value.replicas == told.replicas && placement.value.isr == told.isr
            && placement.value.adding == (move?.adding ?? []) && placement.value.removing == (move?.removing ?? [])
    }

    fileprivate mutating func take(
        _ told: PartitionDescription, _ move: OngoingReassignment?, _ placements: inout Placements
    ) {
        leader = told.leader < 0 ? nil : told.leader
        leaderEpoch = told.leaderEpoch < 0 ? nil : told.leaderEpoch
        var new = placement.value
        new.replicas = told.replicas
        new.isr = told.isr
        new.adding = move?.adding ?? []
        new.removing = move?.removing ?? []
        if new != placement.value { placement = placements.shared(new) }
        if logs.contains(where: { !told.replicas.contains($0.broker) }) {
            logs.removeAll { !told.replicas.contains($0.broker) }
        }
    }
}
