import KafkaProtocol

/// What all topics of a snapshot add up to: worked out when one of them has changed, and shared by everything that tells of
/// the whole cluster.
struct TopicSums: Sendable {
    /// What each broker has of them.
    private(set) var shares: [BrokerID: TopicCounts.Share] = [:]
    /// What is written to them.
    private(set) var bytes = ByteRates(isKnown: true)
    /// Messages per second into those that are not Kafka's own; nil while most have not told theirs, as a part of the sum
    /// passes for the whole.
    private(set) var rate: Double? = 0
    /// Up to when the rates stand if nothing else is told.
    private(set) var standsUntil: Timestamp = .max
    /// The part of the cluster's health that topics decide.
    private(set) var health = ClusterHealth()

    /// Of no topics.
    init() {}

    /// Of topics as they were last seen.
    init(_ topics: [Shared<TopicHistory>]) {
        // Into no partition at all nothing is written.
        bytes = ByteRates(isKnown: topics.allSatisfy(\.value.topic.partitions.isEmpty))
        var known = Known()
        // Each is lent: a copy of a history costs as many references as it has parts.
        for topic in topics { add(topic.value, &known) }
        rate = known.counted == 0 || known.rates * 2 > known.counted ? known.sum : nil
        health.takeSkews(of: shares)
    }

    /// How many topics have told a rate, and what those add up to.
    private struct Known {
        var counted = 0
        var rates = 0
        var sum = 0.0
    }

    private mutating func add(_ history: TopicHistory, _ known: inout Known) {
        bytes.add(history.bytes)
        standsUntil = min(standsUntil, history.standsUntil)
        health.add(history.counts, of: history.topic)
        Skew.add(history.counts, to: &shares)
        guard !history.topic.isInternal else { return }
        known.counted += 1
        guard let own = history.rate else {
            // Nothing was ever written there: a topic made a moment ago leaves the sum of all as it is.
            if history.topic.isUnwritten { known.rates += 1 }
            return
        }
        known.rates += 1
        known.sum += own
    }
}
