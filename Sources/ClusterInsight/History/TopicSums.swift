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
    /// The part of the cluster's health that topics decide.
    private(set) var health = ClusterHealth()

    /// Of no topics.
    init() {}

    /// Of topics as they were last seen.
    init(_ topics: [Shared<TopicHistory>]) {
        // Into no partition at all nothing is written.
        bytes = ByteRates(isKnown: topics.allSatisfy(\.value.topic.partitions.isEmpty))
        var (known, counted, sum) = (0, 0, 0.0)
        for topic in topics {
            bytes.add(topic.value.bytes)
            health.add(topic.value.counts, of: topic.value.topic)
            guard !topic.value.topic.isInternal else { continue }
            counted += 1
            if let own = topic.value.rate {
                known += 1
                sum += own
            }
        }
        rate = counted == 0 || known * 2 > counted ? sum : nil
        shares = Skew.shares(topics.lazy.map(\.value.counts))
        health.takeSkews(of: shares)
    }
}
