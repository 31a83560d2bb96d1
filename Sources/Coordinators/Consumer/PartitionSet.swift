import KafkaProtocol

/// Partitions by the id of their topic.
struct PartitionSet: Sendable, Equatable {
    /// Topics without partitions are absent.
    private(set) var byTopic: [UUID: Set<Int32>] = [:]

    init() {}

    init(_ list: [TopicIDPartitions]) {
        for topic in list { formUnion(topic.topicID, Set(topic.partitions)) }
    }

    var isEmpty: Bool { byTopic.isEmpty }

    var count: Int { byTopic.values.reduce(0) { $0 + $1.count } }

    func contains(_ topic: UUID, _ partition: Int32) -> Bool { byTopic[topic]?.contains(partition) ?? false }

    mutating func insert(_ topic: UUID, _ partition: Int32) { byTopic[topic, default: []].insert(partition) }

    private mutating func formUnion(_ topic: UUID, _ partitions: Set<Int32>) {
        if !partitions.isEmpty { byTopic[topic, default: []].formUnion(partitions) }
    }

    func union(_ other: PartitionSet) -> PartitionSet {
        var result = self
        for (topic, partitions) in other.byTopic { result.formUnion(topic, partitions) }
        return result
    }

    func filter(_ isIncluded: (UUID, Int32) -> Bool) -> PartitionSet {
        var result = PartitionSet()
        for (topic, partitions) in byTopic {
            result.formUnion(topic, partitions.filter { isIncluded(topic, $0) })
        }
        return result
    }

    func intersection(_ other: PartitionSet) -> PartitionSet { filter(other.contains) }

    func subtracting(_ other: PartitionSet) -> PartitionSet { filter { !other.contains($0, $1) } }

    func isSubset(of other: PartitionSet) -> Bool { subtracting(other).isEmpty }

    /// As records and answers tell it, in order.
    var list: [TopicIDPartitions] {
        byTopic.sorted { $0.key < $1.key }.map { .init(topicID: $0.key, partitions: $0.value.sorted()) }
    }
}
