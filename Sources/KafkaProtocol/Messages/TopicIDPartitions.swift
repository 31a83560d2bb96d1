/// Partitions of one topic, named by its id: how the new consumer protocol (KIP-848) speaks of assignments.
package struct TopicIDPartitions: WireStruct {
    package var topicID = UUID.zero
    package var partitions: [Int32] = []

    package init() {}

    package init(topicID: UUID, partitions: [Int32]) {
        self.topicID = topicID
        self.partitions = partitions
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.uuid(&topicID)
        try wire.array(&partitions)
    }
}
