/// Moves replicas between the log directories of one broker (KIP-113).
package struct AlterReplicaLogDirsRequest: KafkaRequest {
    package typealias Response = AlterReplicaLogDirsResponse
    package static let api = APIKey.alterReplicaLogDirs
    package static let versions: ClosedRange<Int16> = 0...2
    package static let flexibleSince: Int16 = 2

    /// A directory and what shall live in it.
    package struct Dir: WireStruct {
        package var path = ""
        package var topics: [NamedPartitions] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&path)
            try wire.array(&topics)
        }
    }

    package var dirs: [Dir] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&dirs)
    }
}

/// Whether the moves began.
package struct AlterReplicaLogDirsResponse: WireStruct {
    /// The outcomes for one topic.
    package typealias Topic = NamedTopic<PartitionOutcome>

    package var throttleTimeMs: Int32 = 0
    package var results: [Topic] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&results)
    }
}
