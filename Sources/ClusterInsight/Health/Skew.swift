import KafkaProtocol

/// How unevenly leaders and replicas are spread: the distance of each broker from the average of the live brokers that
/// have any, in percent. Where one broker has all there is none: it would be 0, as where all have the same.
package enum Skew {
    /// Skew from which it is worth a mark, percent.
    package static let degraded = 20.0

    /// The worst broker of a kind.
    package struct Worst: Sendable, Equatable {
        /// Which broker.
        package var broker: BrokerID
        /// How many it has.
        package var count: Int
        /// The average.
        package var average: Double
        /// The distance without sign, percent; nil when this one has all.
        package var percent: Double?
    }

    /// What each broker has of all topics.
    package static func shares(_ topics: some Sequence<TopicCounts>) -> [BrokerID: TopicCounts.Share] {
        var result: [BrokerID: TopicCounts.Share] = [:]
        for topic in topics { add(topic, to: &result) }
        return result
    }

    /// Adds what each broker has of one more topic.
    static func add(_ topic: TopicCounts, to shares: inout [BrokerID: TopicCounts.Share]) {
        for share in topic.brokers {
            shares[share.broker, default: TopicCounts.Share(broker: share.broker)].add(share)
        }
    }

    /// Leader skew of every broker that leads any, percent.
    package static func leaders(_ shares: [BrokerID: TopicCounts.Share]) -> [BrokerID: Double] {
        skews(shares.compactMapValues { $0.leaders > 0 ? Int($0.leaders) : nil })
    }

    /// Replica skew of every broker that has any, percent; brokers that are down still hold theirs.
    package static func replicas(_ shares: [BrokerID: TopicCounts.Share]) -> [BrokerID: Double] {
        skews(shares.compactMapValues { $0.replicas > 0 ? Int($0.replicas) : nil })
    }

    /// The same of a snapshot.
    package static func leaders(_ snapshot: ClusterSnapshot) -> [BrokerID: Double] {
        leaders(shares(snapshot.topics.map(TopicCounts.init)))
    }

    /// The broker whose leaders are farthest from the average.
    package static func worstLeader(_ shares: [BrokerID: TopicCounts.Share]) -> Worst? {
        worst(shares.compactMapValues { $0.leaders > 0 ? Int($0.leaders) : nil })
    }

    /// The broker whose replicas are farthest from the average; brokers that are down still hold theirs.
    package static func worstReplica(_ shares: [BrokerID: TopicCounts.Share]) -> Worst? {
        worst(shares.compactMapValues { $0.replicas > 0 ? Int($0.replicas) : nil })
    }

    private static func skews(_ counts: [BrokerID: Int]) -> [BrokerID: Double] {
        guard counts.count > 1 else { return [:] }
        let average = Double(counts.values.reduce(0, +)) / Double(counts.count)
        return counts.mapValues { (Double($0) - average) / average * 100 }
    }

    private static func worst(_ counts: [BrokerID: Int]) -> Worst? {
        guard !counts.isEmpty else { return nil }
        let average = Double(counts.values.reduce(0, +)) / Double(counts.count)
        let farthest = counts.max { a, b in
            (abs(Double(a.value) - average), a.value, b.key) < (abs(Double(b.value) - average), b.value, a.key)
        }
        return farthest.map {
            Worst(
                broker: $0.key, count: $0.value, average: average,
                percent: counts.count > 1 ? abs(Double($0.value) - average) / average * 100 : nil)
        }
    }
}
