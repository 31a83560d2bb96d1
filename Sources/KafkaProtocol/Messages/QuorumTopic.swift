/// What a message of the metadata quorum says of one topic: always `__cluster_metadata`, no other has a quorum (KIP-595).
package struct QuorumTopic<Partition: WireStruct>: WireStruct {
    package var name = ""
    package var partitions: [Partition] = []

    package init() {}

    /// The topic of the metadata with its one partition.
    package init(_ partition: Partition) {
        name = .metadataTopic
        partitions = [partition]
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&name)
        try wire.array(&partitions)
    }
}

extension String {
    /// The name of the metadata log.
    package static let metadataTopic = "__cluster_metadata"
}
