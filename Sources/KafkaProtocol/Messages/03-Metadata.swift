/// Asks for brokers, topics and who leads each partition.
package struct MetadataRequest: KafkaRequest {
    package typealias Response = MetadataResponse
    package static let api = APIKey.metadata
    package static let versions: ClosedRange<Int16> = 0...13
    package static let flexibleSince: Int16 = 9

    /// A topic by name, or from version 10 on by id.
    package struct Topic: WireStruct {
        package var topicID = TopicID.zero
        package var name: String? = ""

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.uuid(&topicID, since: 10)
            try wire.string(&name, nullable: 10)
        }
    }

    /// Null asks for all topics; an empty list does so in version 0, and for none later.
    package var topics: [Topic]? = []
    package var allowAutoTopicCreation = true
    package var includeClusterAuthorizedOperations = false
    package var includeTopicAuthorizedOperations = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&topics, nullable: 1)
        try wire.bool(&allowAutoTopicCreation, since: 4)
        try wire.bool(&includeClusterAuthorizedOperations, since: 8, until: 10)
        try wire.bool(&includeTopicAuthorizedOperations, since: 8)
    }
}

/// The cluster as clients see it.
package struct MetadataResponse: WireStruct {
    /// One broker and where it listens.
    package struct Broker: WireStruct {
        package var nodeID: Int32 = 0
        package var host = ""
        package var port: Int32 = 0
        package var rack: String?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&nodeID)
            try wire.string(&host)
            try wire.int32(&port)
            try wire.string(&rack, since: 1)
        }
    }

    /// One topic.
    package struct Topic: WireStruct {
        /// One partition and its replicas.
        package struct Partition: WireStruct {
            package var errorCode = ErrorCode.none
            package var partitionIndex: Int32 = 0
            /// −1 when there is none.
            package var leaderID: Int32 = 0
            package var leaderEpoch: Int32 = -1
            package var replicaNodes: [Int32] = []
            package var isrNodes: [Int32] = []
            package var offlineReplicas: [Int32] = []

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.error(&errorCode)
                try wire.int32(&partitionIndex)
                try wire.int32(&leaderID)
                try wire.int32(&leaderEpoch, since: 7)
                try wire.array(&replicaNodes)
                try wire.array(&isrNodes)
                try wire.array(&offlineReplicas, since: 5)
            }
        }

        package var errorCode = ErrorCode.none
        /// Null only for an id that no topic has.
        package var name: String? = ""
        package var topicID = TopicID.zero
        package var isInternal = false
        package var partitions: [Partition] = []
        /// A bit per ACL operation; the smallest integer when not asked for.
        package var topicAuthorizedOperations = Int32.min

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.error(&errorCode)
            try wire.string(&name, nullable: 12)
            try wire.uuid(&topicID, since: 10)
            try wire.bool(&isInternal, since: 1)
            try wire.array(&partitions)
            try wire.int32(&topicAuthorizedOperations, since: 8)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var brokers: [Broker] = []
    package var clusterID: String?
    package var controllerID: Int32 = -1
    package var topics: [Topic] = []
    package var clusterAuthorizedOperations = Int32.min
    package var errorCode = ErrorCode.none

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs, since: 3)
        try wire.array(&brokers)
        try wire.string(&clusterID, since: 2)
        try wire.int32(&controllerID, since: 1)
        try wire.array(&topics)
        try wire.int32(&clusterAuthorizedOperations, since: 8, until: 10)
        try wire.error(&errorCode, since: 13)
    }
}
