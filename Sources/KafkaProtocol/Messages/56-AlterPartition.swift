/// A leader proposes a new in-sync set for partitions it leads (KIP-497, KIP-841, KIP-903). Between brokers only.
package struct AlterPartitionRequest: KafkaRequest {
    package typealias Response = AlterPartitionResponse
    package static let api = APIKey.alterPartition
    package static let versions: ClosedRange<Int16> = 0...3
    package static let flexibleSince: Int16 = 0

    /// Partitions of one topic.
    package struct Topic: WireStruct {
        /// One proposal and the epochs it rests on.
        package struct Partition: WireStruct {
            /// An in-sync replica and the incarnation that the leader means; −1 is unchecked.
            package struct Member: WireStruct {
                package var brokerID: Int32 = 0
                package var brokerEpoch: Int64 = -1

                package init() {}

                package mutating func code(_ wire: inout Wire) throws {
                    try wire.int32(&brokerID, since: 3)
                    try wire.int64(&brokerEpoch, since: 3)
                }
            }

            package var partitionIndex: Int32 = 0
            package var leaderEpoch: Int32 = 0
            package var newIsr: [Int32] = []
            package var newIsrWithEpochs: [Member] = []
            /// 0 recovered, 1 recovering from an unclean election (KIP-704).
            package var leaderRecoveryState: Int8 = 0
            package var partitionEpoch: Int32 = 0

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.int32(&partitionIndex)
                try wire.int32(&leaderEpoch)
                try wire.array(&newIsr, until: 2)
                try wire.array(&newIsrWithEpochs, since: 3)
                try wire.int8(&leaderRecoveryState, since: 1)
                try wire.int32(&partitionEpoch)
            }
        }

        package var topicName = ""
        package var topicID = UUID.zero
        package var partitions: [Partition] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&topicName, until: 1)
            try wire.uuid(&topicID, since: 2)
            try wire.array(&partitions)
        }
    }

    package var brokerID: Int32 = 0
    package var brokerEpoch: Int64 = -1
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&brokerID)
        try wire.int64(&brokerEpoch)
        try wire.array(&topics)
    }
}

/// The state of each partition after the proposal, or why it was refused.
package struct AlterPartitionResponse: WireStruct {
    /// Partitions of one topic.
    package struct Topic: WireStruct {
        /// The outcome for one partition.
        package struct Partition: WireStruct {
            package var partitionIndex: Int32 = 0
            package var errorCode = ErrorCode.none
            package var leaderID: Int32 = 0
            package var leaderEpoch: Int32 = 0
            package var isr: [Int32] = []
            package var leaderRecoveryState: Int8 = 0
            package var partitionEpoch: Int32 = 0

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.int32(&partitionIndex)
                try wire.error(&errorCode)
                try wire.int32(&leaderID)
                try wire.int32(&leaderEpoch)
                try wire.array(&isr)
                try wire.int8(&leaderRecoveryState, since: 1)
                try wire.int32(&partitionEpoch)
            }
        }

        package var topicName = ""
        package var topicID = UUID.zero
        package var partitions: [Partition] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&topicName, until: 1)
            try wire.uuid(&topicID, since: 2)
            try wire.array(&partitions)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var topics: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.array(&topics)
    }
}
