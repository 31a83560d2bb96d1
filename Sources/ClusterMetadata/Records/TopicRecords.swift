import KafkaProtocol

/// A topic was made (Kafka's TopicRecord, type 2); its partitions follow.
package struct TopicRecord: MetadataRecordBody {
    package static let type: UInt32 = 2
    package static let version: Int16 = 0

    package var name = ""
    package var topicID = UUID.zero

    package init() {}

    package init(name: String, topicID: TopicID) {
        self.name = name
        self.topicID = topicID
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&name)
        try wire.uuid(&topicID)
    }
}

/// A partition was made, or stands as it is in a snapshot (Kafka's PartitionRecord, type 3, without directories).
package struct PartitionRecord: MetadataRecordBody {
    package static let type: UInt32 = 3
    package static let version: Int16 = 0

    package var partitionID: Int32 = -1
    package var topicID = UUID.zero
    package var replicas: [BrokerID] = []
    package var isr: [BrokerID] = []
    package var removingReplicas: [BrokerID] = []
    package var addingReplicas: [BrokerID] = []
    package var leader: BrokerID = -1
    package var leaderRecoveryState: Int8 = 0
    package var leaderEpoch: Epoch = -1
    package var partitionEpoch: Int32 = -1
    package var eligibleLeaderReplicas: [BrokerID]?
    package var lastKnownElr: [BrokerID]?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&partitionID)
        try wire.uuid(&topicID)
        try wire.array(&replicas)
        try wire.array(&isr)
        try wire.array(&removingReplicas)
        try wire.array(&addingReplicas)
        try wire.int32(&leader)
        try wire.int32(&leaderEpoch)
        try wire.int32(&partitionEpoch)
        try wire.tagged(0, &leaderRecoveryState, default: 0) { try $0.int8(&$1) }
        try wire.tagged(1, &eligibleLeaderReplicas, default: nil) { try $0.array(&$1) }
        try wire.tagged(2, &lastKnownElr, default: nil) { try $0.array(&$1) }
    }
}

/// A partition changed (Kafka's PartitionChangeRecord, type 5). What is nil, −2 or −1 stays as it was; the partition
/// epoch rises by one, and the leader epoch too when a leader is named, even the same one.
package struct PartitionChangeRecord: MetadataRecordBody {
    package static let type: UInt32 = 5
    package static let version: Int16 = 0
    /// The leader stays, and so does its epoch.
    package static let noLeaderChange: BrokerID = -2

    package var partitionID: Int32 = -1
    package var topicID = UUID.zero
    package var isr: [BrokerID]?
    /// −1 leaves the partition without a leader; −2 changes nothing.
    package var leader: BrokerID = noLeaderChange
    package var replicas: [BrokerID]?
    package var removingReplicas: [BrokerID]?
    package var addingReplicas: [BrokerID]?
    /// −1 changes nothing.
    package var leaderRecoveryState: Int8 = -1
    package var eligibleLeaderReplicas: [BrokerID]?
    package var lastKnownElr: [BrokerID]?

    package init() {}

    package init(topicID: TopicID, partitionID: Int32) {
        self.topicID = topicID
        self.partitionID = partitionID
    }

    /// Whether the record would change nothing but the partition epoch.
    package var isEmpty: Bool { self == PartitionChangeRecord(topicID: topicID, partitionID: partitionID) }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&partitionID)
        try wire.uuid(&topicID)
        try wire.tagged(0, &isr, default: nil) { try $0.array(&$1) }
        try wire.tagged(1, &leader, default: Self.noLeaderChange) { try $0.int32(&$1) }
        try wire.tagged(2, &replicas, default: nil) { try $0.array(&$1) }
        try wire.tagged(3, &removingReplicas, default: nil) { try $0.array(&$1) }
        try wire.tagged(4, &addingReplicas, default: nil) { try $0.array(&$1) }
        try wire.tagged(5, &leaderRecoveryState, default: -1) { try $0.int8(&$1) }
        try wire.tagged(6, &eligibleLeaderReplicas, default: nil) { try $0.array(&$1) }
        try wire.tagged(7, &lastKnownElr, default: nil) { try $0.array(&$1) }
    }
}

/// A topic was deleted with its partitions and configs (Kafka's RemoveTopicRecord, type 9).
package struct RemoveTopicRecord: MetadataRecordBody {
    package static let type: UInt32 = 9
    package static let version: Int16 = 0

    package var topicID = UUID.zero

    package init() {}

    package init(topicID: TopicID) { self.topicID = topicID }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.uuid(&topicID)
    }
}
