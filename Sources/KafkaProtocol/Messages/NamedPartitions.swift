/// Partitions of one topic by its name, or tasks of one subtopology by its id.
package struct NamedPartitions: WireStruct {
    package var name = ""
    package var partitions: [Int32] = []

    package init() {}

    package init(_ name: String, _ partitions: [Int32]) {
        self.name = name
        self.partitions = partitions
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&name)
        try wire.array(&partitions)
    }
}

extension Sequence where Element == TopicPartition {
    /// The partitions of each topic, in order of topics, as requests list them.
    package func byTopic() -> [NamedPartitions] {
        Dictionary(grouping: self, by: \.topic).sorted { $0.key < $1.key }
            .map { NamedPartitions($0.key, $0.value.map(\.partition).sorted()) }
    }
}
