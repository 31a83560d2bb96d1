import KafkaProtocol

/// Kafka's `range` assignor: topic by topic, each subscriber a run of neighbouring partitions, the first ones one more
/// where it does not come out even. Topics of equal size give a member the same numbers, so that they can be joined.
package enum RangeAssignor {
    /// The name in JoinGroup.
    package static let name = "range"

    /// - Parameters:
    ///   - subscriptions: the topics that each member wants.
    ///   - counts: the partitions of each topic; topics that are missing do not exist.
    package static func assign(
        _ subscriptions: [String: Set<String>], counts: [String: Int32]
    ) -> [String: [TopicPartition]] {
        var assignment = subscriptions.mapValues { _ in [TopicPartition]() }
        let topics = subscriptions.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        for topic in topics.sorted() {
            let members = subscriptions.filter { $0.value.contains(topic) }.keys.sorted()
            let count = Int(counts[topic] ?? 0)
            guard count > 0, !members.isEmpty else { continue }
            for (index, member) in members.enumerated() {
                let extra = count % members.count
                let start = count / members.count * index + min(index, extra)
                let end = start + count / members.count + (index < extra ? 1 : 0)
                assignment[member, default: []] += (start..<end).map { TopicPartition(topic, Int32($0)) }
            }
        }
        return assignment
    }
}
