/// A topic, and what a message says of each of its partitions.
package struct NamedTopic<Partition: WireElement>: WireStruct {
    package var name = ""
    package var partitions: [Partition] = []

    package init() {}

    package init(_ name: String, _ partitions: [Partition]) {
        self.name = name
        self.partitions = partitions
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&name)
        try wire.array(&partitions)
    }
}

/// Partitions of one topic by its name, or tasks of one subtopology by its id.
package typealias NamedPartitions = NamedTopic<Int32>

extension Sequence where Element == TopicPartition {
    /// The partitions of each topic, in order of topics, as requests list them.
    package func byTopic() -> [NamedPartitions] { byTopic(\.partition) }

    /// The same with what a request says of each.
    package func byTopic<Partition>(_ words: (TopicPartition) -> Partition) -> [NamedTopic<Partition>] {
        Dictionary(grouping: self, by: \.topic).sorted { $0.key < $1.key }
            .map { NamedTopic($0.key, $0.value.sorted().map(words)) }
    }
}

extension String {
    /// The topic that is the metadata log, the only one with a quorum (KIP-595).
    package static let metadataTopic = "__cluster_metadata"
}
