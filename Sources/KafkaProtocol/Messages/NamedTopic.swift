/// A topic, and what a message says of each of its partitions.
package struct NamedTopic<Partition: WireStruct>: WireStruct {
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

extension String {
    /// The topic that is the metadata log, the only one with a quorum (KIP-595).
    package static let metadataTopic = "__cluster_metadata"
}
