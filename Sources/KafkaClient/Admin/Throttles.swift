import KafkaProtocol

/// The configs that hold the copying of replicas back (KIP-73).
package enum ThrottleConfig {
    /// Of brokers, bytes a second: what they send as leaders, and fetch as followers, of throttled replicas.
    package static let rates = ["leader.replication.throttled.rate", "follower.replication.throttled.rate"]
    /// Of topics: which of their replicas are throttled as leaders' (to be read from) and as followers' (to be filled).
    package static let lists = ["leader.replication.throttled.replicas", "follower.replication.throttled.replicas"]

    /// What stands in a list for all replicas of a topic.
    static let all = "*"
}

/// The throttles that are set on a cluster, as its configs say.
package struct Throttles: Sendable, Equatable {
    /// What is set, by resource and config; resources without a throttle are left out.
    package var values: [ConfigResource: [String: String]] = [:]
    /// Resources that could not be asked, and why.
    package var unread: [ConfigResource: ClientError] = [:]

    /// Nothing is throttled.
    package init() {}

    /// The throttles among the configs of topics and brokers. What is set for all brokers or in `server.properties`
    /// belongs to no move and is left out; so are topics that are gone.
    package init(_ described: Outcomes<ConfigResource, [ConfigValue]>) {
        for (resource, outcome) in described {
            switch outcome {
            case .success(let configs):
                let own = configs.filter { $0.isThrottle && $0.isSetOnResource }
                let set = own.compactMap { config in config.value.map { (config.name, $0) } }
                if !set.isEmpty { values[resource] = Dictionary(set, uniquingKeysWith: { first, _ in first }) }
            case .failure(.broker(.unknownTopicOrPartition, _)): break
            case .failure(let error): unread[resource] = error
            }
        }
    }

    package var isEmpty: Bool { values.isEmpty }

    /// Brokers with a rate, bytes a second; the lower one where the two differ.
    package var rates: [BrokerID: Int64] {
        var rates: [BrokerID: Int64] = [:]
        for case (.broker(let id), let configs) in values {
            rates[id] = configs.values.compactMap { Int64($0) }.min()
        }
        return rates
    }

    /// Topics with throttled replicas, sorted.
    package var topics: [String] {
        values.compactMap { resource, configs in
            guard case .topic(let name) = resource, configs.values.contains(where: { !$0.isEmpty }) else { return nil }
            return name
        }.sorted()
    }

    /// What takes throttles away.
    ///
    /// Of topics' lists go the replicas of partitions that have ended and do not move again; the rest stays as it is,
    /// whoever set it. Rates go from every broker that no listed replica of a partition on its way needs.
    ///
    /// - Parameter ended: the partitions whose moves have ended; nil takes away every throttle there is.
    func removal(
        of ended: Set<TopicPartition>?, moving: [TopicPartition: [BrokerID]]
    ) -> [ConfigResource: [String: ConfigChange]] {
        var changes: [ConfigResource: [String: ConfigChange]] = [:]
        var needed: Set<BrokerID> = []
        for case (.topic(let topic), let configs) in values {
            for (name, value) in configs {
                let items = value.throttledReplicas
                let gone = items.filter { item in
                    guard let ended else { return true }
                    guard let replica = ThrottledReplica(item) else { return false }
                    let partition = TopicPartition(topic, replica.partition)
                    return ended.contains(partition) && moving[partition] == nil
                }
                let kept = items.filter { !gone.contains($0) }
                needed.formUnion(Self.brokers(kept, topic, moving))
                if kept.isEmpty {
                    changes[.topic(topic), default: [:]][name] = .delete
                } else if !gone.isEmpty {
                    changes[.topic(topic), default: [:]][name] = .subtract(gone.joined(separator: ","))
                }
            }
        }
        for case (.broker(let id), let configs) in values where !needed.contains(id) {
            changes[.broker(id)] = configs.mapValues { _ in .delete }
        }
        return changes
    }

    /// The brokers whose rates still hold something back.
    private static func brokers(
        _ items: [String], _ topic: String, _ moving: [TopicPartition: [BrokerID]]
    ) -> Set<BrokerID> {
        var brokers: Set<BrokerID> = []
        for item in items {
            if item == ThrottleConfig.all {
                for (partition, replicas) in moving where partition.topic == topic { brokers.formUnion(replicas) }
            } else if let replica = ThrottledReplica(item), moving[TopicPartition(topic, replica.partition)] != nil {
                brokers.insert(replica.broker)
            }
        }
        return brokers
    }
}

/// One item of a list of throttled replicas: `partition:broker`.
struct ThrottledReplica: Hashable, Comparable, CustomStringConvertible {
    var partition: Int32
    var broker: BrokerID

    init(partition: Int32, broker: BrokerID) {
        self.partition = partition
        self.broker = broker
    }

    /// Reads an item; nil when it is another word, such as `*`.
    init?(_ item: String) {
        let parts = item.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let partition = Int32(parts[0]), let broker = BrokerID(parts[1]) else { return nil }
        self.init(partition: partition, broker: broker)
    }

    var description: String { "\(partition):\(broker)" }

    static func < (a: ThrottledReplica, b: ThrottledReplica) -> Bool {
        (a.partition, a.broker) < (b.partition, b.broker)
    }
}

extension String {
    /// The items of a list of throttled replicas.
    var throttledReplicas: [String] {
        split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }.filter { !$0.isEmpty }
    }
}

extension ConfigValue {
    fileprivate var isThrottle: Bool { ThrottleConfig.rates.contains(name) || ThrottleConfig.lists.contains(name) }

    /// Whether the value was set for this very topic or broker.
    fileprivate var isSetOnResource: Bool { [1, 2].contains(source) || source < 0 && !isDefault }
}
