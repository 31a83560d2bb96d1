import KafkaProtocol

/// A cluster that exists by rules alone, as large as wanted: three brokers, topics that are alike, groups that read them.
/// The same moment always shows the same cluster. Pure.
struct GeneratedCluster: Sendable {
    /// How much of everything there is.
    struct Size: Sendable, Equatable {
        let topics: Int
        /// Of each topic.
        let partitions: Int
        let groups: Int

        /// `1,000 topics × 10, 1,000 groups`.
        var words: String { "\(topics) topics × \(partitions), \(groups) groups" }
    }

    static let brokers: [BrokerID] = [1, 2, 3]
    static let replicationFactor = 3
    /// One topic in so many is written to; the others only lie there, as most topics of most clusters do.
    private static let writtenOneIn = 10
    private static let bytesOfMessage: Int64 = 200

    let size: Size

    var topicNames: [String] { (0..<size.topics).map(topicName) }
    func topicName(_ topic: Int) -> String { Self.name("topic", topic) }
    var groupNames: [String] { (0..<size.groups).map { Self.name("group", $0) } }

    /// `topic-00042`: the names sort as the numbers do.
    private static func name(_ kind: String, _ number: Int) -> String {
        let digits = String(number)
        return kind + "-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    /// The number in a name, nil for a name that nobody has.
    func topic(named name: String) -> Int? { Self.number(in: name, kind: "topic", below: size.topics) }
    func group(named name: String) -> Int? { Self.number(in: name, kind: "group", below: size.groups) }

    private static func number(in name: String, kind: String, below count: Int) -> Int? {
        guard name.hasPrefix(kind + "-"), let number = Int(name.dropFirst(kind.count + 1)), number < count else {
            return nil
        }
        return number
    }

    /// The replicas of a partition, the leader first.
    func replicas(_ topic: Int, _ partition: Int) -> [BrokerID] {
        (0..<Self.replicationFactor).map { Self.brokers[(topic + partition + $0) % Self.brokers.count] }
    }

    /// Messages a second into each partition of a topic.
    private func rate(_ topic: Int) -> Int64 {
        topic.isMultiple(of: Self.writtenOneIn) ? Int64(1 + topic / Self.writtenOneIn % 20) : 0
    }

    /// The end of a partition so many milliseconds after the start.
    func end(_ topic: Int, _ partition: Int, after elapsed: Int64) -> Offset {
        Int64(1_000 + (topic * 31 + partition * 7) % 9_000) + elapsed * rate(topic) / 1_000
    }

    func bytes(_ topic: Int, _ partition: Int, after elapsed: Int64) -> Int64 {
        end(topic, partition, after: elapsed) * Self.bytesOfMessage
    }

    /// The topic a group reads, all partitions of it.
    func topic(ofGroup group: Int) -> Int { group * 7 % size.topics }

    /// Who coordinates a group.
    func coordinator(ofGroup group: Int) -> BrokerID { Self.brokers[group % Self.brokers.count] }

    /// What a group has committed: it follows the end at a distance of its own.
    func committed(_ group: Int, _ partition: Int, after elapsed: Int64) -> Offset {
        max(0, end(topic(ofGroup: group), partition, after: elapsed) - Int64(group * 13 % 500))
    }
}
