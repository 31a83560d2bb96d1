import KafkaProtocol

/// What holds moves back to a rate (KIP-73): leaders send the replicas that are there, followers fetch the new ones, and
/// no other traffic is touched.
package struct MoveThrottle: Sendable, Equatable {
    /// Bytes a second for each broker, as leader and as follower.
    package let rate: Int64
    /// By topic: `partition:broker` of the replicas that are read from.
    private var leaders: [String: Set<ThrottledReplica>] = [:]
    /// By topic: `partition:broker` of the replicas that are filled.
    private var followers: [String: Set<ThrottledReplica>] = [:]
    /// Brokers that send or fetch in these moves.
    package private(set) var brokers: Set<BrokerID> = []

    /// The throttle of moves that are to begin. Partitions that get no new replica copy nothing and are left out.
    ///
    /// - Parameters:
    ///   - targets: the replicas that partitions shall have.
    ///   - current: those they have now; without what a move under way is adding.
    package init(rate: Int64, to targets: [TopicPartition: [BrokerID]], from current: [TopicPartition: [BrokerID]]) {
        self.rate = rate
        for (partition, target) in targets {
            guard let existing = current[partition] else { continue }
            add(partition, existing: existing, new: target.filter { !existing.contains($0) })
        }
    }

    /// The throttle of moves under way.
    package init(rate: Int64, _ moves: [TopicPartition: OngoingReassignment]) {
        self.rate = rate
        for (partition, move) in moves {
            add(partition, existing: move.existing, new: move.adding)
        }
    }

    private mutating func add(_ partition: TopicPartition, existing: [BrokerID], new: [BrokerID]) {
        guard !new.isEmpty else { return }
        func replicas(_ brokers: [BrokerID]) -> [ThrottledReplica] {
            brokers.map { ThrottledReplica(partition: partition.partition, broker: $0) }
        }
        leaders[partition.topic, default: []].formUnion(replicas(existing))
        followers[partition.topic, default: []].formUnion(replicas(new))
        brokers.formUnion(existing + new)
    }

    /// The topics with throttled replicas, sorted.
    package var topics: [String] { leaders.keys.sorted() }

    /// What sets the throttle. Lists are added to, so that nothing that is throttled already is lost.
    ///
    /// - Parameter live: brokers that take part in the cluster; the others neither send nor fetch.
    func changes(over found: Throttles, live: Set<BrokerID>) -> [ConfigResource: [String: ConfigChange]] {
        var changes: [ConfigResource: [String: ConfigChange]] = [:]
        for broker in brokers.intersection(live) {
            changes[.broker(broker)] = Dictionary(
                uniqueKeysWithValues: ThrottleConfig.rates.map { ($0, .set("\(rate)")) })
        }
        for (name, lists) in zip(ThrottleConfig.lists, [leaders, followers]) {
            for (topic, replicas) in lists {
                let listed = found.values[.topic(topic)]?[name]?.throttledReplicas ?? []
                guard !listed.contains(ThrottleConfig.all) else { continue }
                let missing = replicas.sorted().map(\.description).filter { !listed.contains($0) }
                guard !missing.isEmpty else { continue }
                changes[.topic(topic), default: [:]][name] = .append(missing.joined(separator: ","))
            }
        }
        return changes
    }
}

extension Throttles {
    /// What takes `changes` back, which were worked out over these throttles and then made.
    func takingBack(_ changes: [ConfigResource: [String: ConfigChange]]) -> [ConfigResource: [String: ConfigChange]] {
        Dictionary(
            uniqueKeysWithValues: changes.map { resource, configs in
                let before = values[resource] ?? [:]
                let back = configs.map { name, change -> (String, ConfigChange) in
                    guard let value = before[name], !value.isEmpty else { return (name, .delete) }
                    guard case .append(let added) = change else { return (name, .set(value)) }
                    return (name, .subtract(added))
                }
                return (resource, Dictionary(uniqueKeysWithValues: back))
            })
    }
}
