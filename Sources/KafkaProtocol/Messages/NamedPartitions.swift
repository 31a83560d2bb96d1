/// Partitions of one topic, by its name.
package struct TopicPartitions: WireStruct {
    package var topic = ""
    package var partitions: [Int32] = []

    package init() {}

    package init(topic: String, partitions: [Int32]) {
        self.topic = topic
        self.partitions = partitions
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&topic)
        try wire.array(&partitions)
    }
}

extension Sequence where Element == TopicPartition {
    /// The partitions of each topic, in order of topics, as requests list them.
    package func byTopic() -> [TopicPartitions] {
        Dictionary(grouping: self, by: \.topic).sorted { $0.key < $1.key }
            .map { TopicPartitions(topic: $0.key, partitions: $0.value.map(\.partition).sorted()) }
    }
}
