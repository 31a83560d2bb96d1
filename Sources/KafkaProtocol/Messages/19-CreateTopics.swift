/// Makes topics (KIP-4); version 4 on lets −1 stand for the cluster's defaults (KIP-464).
package struct CreateTopicsRequest: KafkaRequest {
    package typealias Response = CreateTopicsResponse
    package static let api = APIKey.createTopics
    package static let versions: ClosedRange<Int16> = 0...7
    package static let flexibleSince: Int16 = 5

    /// One topic to make.
    package struct Topic: WireStruct {
        /// The brokers of one partition, chosen by hand; the first is the preferred leader.
        package struct Assignment: WireStruct {
            package var partitionIndex: Int32 = 0
            package var brokerIDs: [Int32] = []

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.int32(&partitionIndex)
                try wire.array(&brokerIDs)
            }
        }

        /// One config of the topic. A null value is refused.
        package struct Config: WireStruct {
            package var name = ""
            package var value: String?

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.string(&name)
                try wire.string(&value)
            }
        }

        package var name = ""
        /// How many; −1 for `num.partitions`, and with assignments.
        package var numPartitions: Int32 = 0
        /// How many replicas each; −1 for `default.replication.factor`, and with assignments.
        package var replicationFactor: Int16 = 0
        package var assignments: [Assignment] = []
        package var configs: [Config] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
            try wire.int32(&numPartitions)
            try wire.int16(&replicationFactor)
            try wire.array(&assignments)
            try wire.array(&configs)
        }
    }

    package var topics: [Topic] = []
    package var timeoutMs: Int32 = 60000
    /// Check everything and make nothing.
    package var validateOnly = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&topics)
        try wire.int32(&timeoutMs)
        try wire.bool(&validateOnly, since: 1)
    }
}

/// What became of each topic. From version 5 on the topic's configs come along (KIP-525).
package struct CreateTopicsResponse: WireStruct {
    /// The outcome for one topic.
    package struct Topic: WireStruct {
        /// One effective config of the new topic.
        package struct Config: WireStruct {
            package var name = ""
            package var value: String?
            package var readOnly = false
            /// Where the value comes from, see `ConfigSource`.
            package var configSource: Int8 = -1
            package var isSensitive = false

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.string(&name, since: 5)
                try wire.string(&value, since: 5)
                try wire.bool(&readOnly, since: 5)
                try wire.int8(&configSource, since: 5)
                try wire.bool(&isSensitive, since: 5)
            }
        }

        package var name = ""
        package var topicID = UUID.zero
        package var errorCode = ErrorCode.none
        package var errorMessage: String?
        /// Why configs are withheld, such as TOPIC_AUTHORIZATION_FAILED.
        package var topicConfigErrorCode = ErrorCode.none
        package var numPartitions: Int32 = -1
        package var replicationFactor: Int16 = -1
        package var configs: [Config]?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
            try wire.uuid(&topicID, since: 7)
            try wire.error(&errorCode)
            try wire.string(&errorMessage, since: 1)
            try wire.int32(&numPartitions, since: 5)
            try wire.int16(&replicationFactor, since: 5)
            try wire.array(&configs, since: 5)
            try wire.tagged(0, &topicConfigErrorCode, default: .none, since: 5) { try $0.error(&$1) }
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs, since: 2)
        try wire.array(&topics)
    }
}
