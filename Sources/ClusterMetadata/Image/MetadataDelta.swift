import KafkaProtocol

/// What a run of records changed, for whoever must act upon it.
package struct MetadataDelta: Sendable, Equatable {
    /// A partition by the id of its topic.
    package struct Partition: Sendable, Hashable {
        package let topic: TopicID
        package let partition: Int32

        package init(topic: TopicID, partition: Int32) {
            self.topic = topic
            self.partition = partition
        }
    }

    /// Partitions that are new (nil) or differ, with what they were before; those of deleted topics are not here.
    package private(set) var partitions: [Partition: PartitionState?] = [:]
    /// Brokers that came (nil), went or changed, with what they were before.
    package private(set) var brokers: [BrokerID: BrokerRegistration?] = [:]
    /// Topics that were made.
    package private(set) var createdTopics: Set<TopicID> = []
    /// Topics that were deleted, as they were before this run of records.
    package private(set) var deletedTopics: [TopicImage] = []
    /// Resources whose dynamic configs changed, deleted topics among them.
    package private(set) var configs: Set<ConfigResource> = []
    package internal(set) var featuresChanged = false
    package internal(set) var quotasChanged = false
    package internal(set) var credentialsChanged = false

    package init() {}

    package var isEmpty: Bool { self == MetadataDelta() }

    mutating func note(partition: Int32, of topic: TopicID, was old: PartitionState?) {
        let key = Partition(topic: topic, partition: partition)
        if partitions[key] == nil { partitions.updateValue(old, forKey: key) }
    }

    mutating func note(broker: BrokerID, was old: BrokerRegistration?) {
        if brokers[broker] == nil { brokers.updateValue(old, forKey: broker) }
    }

    mutating func note(created topic: TopicID) { createdTopics.insert(topic) }

    mutating func note(config: ConfigResource) { configs.insert(config) }

    mutating func note(deleted topic: TopicImage) {
        var before: [PartitionState] = []
        for (index, state) in topic.partitions.enumerated() {
            let noted = partitions.removeValue(forKey: Partition(topic: topic.id, partition: Int32(index)))
            if let old = noted ?? state { before.append(old) }
        }
        // A topic that came and went within the run was never seen by anybody.
        guard createdTopics.remove(topic.id) == nil else { return }
        deletedTopics.append(TopicImage(id: topic.id, name: topic.name, partitions: before))
    }
}

/// What a run of records means for the replicas of one broker.
package struct LocalChanges: Sendable, Equatable {
    /// One partition that this broker holds, as it is now.
    package struct Replica: Sendable, Equatable {
        package let topic: TopicID
        package let name: String
        package let partition: Int32
        package let state: PartitionState
        /// Whether the leader epoch rose, or the replica is new here; otherwise only ISR or replicas differ.
        package let isNewEpoch: Bool
    }

    /// One partition that this broker no longer holds.
    package struct Removal: Sendable, Equatable {
        package let topic: TopicID
        package let name: String
        package let partition: Int32
        /// Whether the topic is gone; otherwise the replica was moved to other brokers.
        package let topicDeleted: Bool
    }

    /// Partitions that this broker leads, new or changed.
    package var leading: [Replica] = []
    /// Partitions that this broker follows or that have no leader, new or changed.
    package var following: [Replica] = []
    package var removed: [Removal] = []

    package init() {}

    package var isEmpty: Bool { leading.isEmpty && following.isEmpty && removed.isEmpty }
}

extension MetadataImage {
    /// Every replica of one broker as if it were new: what a broker acts upon when it starts.
    package func localReplicas(of broker: BrokerID) -> LocalChanges {
        var changes = LocalChanges()
        for topic in sortedTopics {
            for (index, state) in topic.partitions.enumerated() where state.replicas.contains(broker) {
                changes.add(topic, Int32(index), state, isNewEpoch: true, broker: broker)
            }
        }
        return changes
    }

    /// What `delta`, which led to this image, means for one broker. In the order of topic ids and partitions.
    package func localChanges(of broker: BrokerID, in delta: MetadataDelta) -> LocalChanges {
        var changes = LocalChanges()
        for topic in delta.deletedTopics {
            for (index, state) in topic.partitions.enumerated() where state.replicas.contains(broker) {
                changes.removed.append(
                    .init(topic: topic.id, name: topic.name, partition: Int32(index), topicDeleted: true))
            }
        }
        let ordered = delta.partitions.sorted { ($0.key.topic, $0.key.partition) < ($1.key.topic, $1.key.partition) }
        for (key, old) in ordered {
            guard let topic = topics[key.topic], let state = topic[key.partition] else { continue }
            let held = old?.replicas.contains(broker) ?? false
            if state.replicas.contains(broker) {
                let isNew = !held || old?.leaderEpoch != state.leaderEpoch
                changes.add(topic, key.partition, state, isNewEpoch: isNew, broker: broker)
            } else if held {
                changes.removed.append(
                    .init(topic: topic.id, name: topic.name, partition: key.partition, topicDeleted: false))
            }
        }
        return changes
    }
}

extension LocalChanges {
    fileprivate mutating func add(
        _ topic: TopicImage, _ partition: Int32, _ state: PartitionState, isNewEpoch: Bool, broker: BrokerID
    ) {
        let replica = Replica(
            topic: topic.id, name: topic.name, partition: partition, state: state, isNewEpoch: isNewEpoch)
        if state.leader == broker { leading.append(replica) } else { following.append(replica) }
    }
}
