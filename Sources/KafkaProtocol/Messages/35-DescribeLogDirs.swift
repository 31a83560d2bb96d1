/// Asks one broker for its log directories and the sizes of replicas in them (KIP-113).
package struct DescribeLogDirsRequest: KafkaRequest {
    package typealias Response = DescribeLogDirsResponse
    package static let api = APIKey.describeLogDirs
    package static let versions: ClosedRange<Int16> = 0...5
    package static let flexibleSince: Int16 = 2

    /// Null asks for every replica.
    package var topics: [NamedPartitions]?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&topics)
    }
}

/// The log directories of the broker that was asked.
package struct DescribeLogDirsResponse: WireStruct {
    /// One directory.
    package struct Result: WireStruct {
        /// One replica.
        package struct Partition: WireStruct {
            package var partitionIndex: Int32 = 0
            /// Bytes of its segments.
            package var partitionSize: Int64 = 0
            /// How far the log end is behind the high watermark, or a future log behind the current one.
            package var offsetLag: Int64 = 0
            /// Whether it will replace the current log after a move between directories.
            package var isFutureKey = false

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.int32(&partitionIndex)
                try wire.int64(&partitionSize)
                try wire.int64(&offsetLag)
                try wire.bool(&isFutureKey)
            }
        }

        /// One topic that has replicas in the directory.
        package typealias Topic = NamedTopic<Partition>

        package var errorCode = ErrorCode.none
        package var logDir = ""
        package var topics: [Topic] = []
        /// Bytes of the volume (KIP-827); −1 when unknown.
        package var totalBytes: Int64 = -1
        package var usableBytes: Int64 = -1
        package var isCordoned = false

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.error(&errorCode)
            try wire.string(&logDir)
            try wire.array(&topics)
            try wire.int64(&totalBytes, since: 4)
            try wire.int64(&usableBytes, since: 4)
            try wire.bool(&isCordoned, since: 5)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var results: [Result] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode, since: 3)
        try wire.array(&results)
    }
}
