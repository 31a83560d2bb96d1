import NIOCore

/// A follower of the metadata quorum reads a snapshot piece by piece from its leader (KIP-630).
package struct FetchSnapshotRequest: KafkaRequest {
    package typealias Response = FetchSnapshotResponse
    package static let api = APIKey.fetchSnapshot
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 0

    /// One partition; always 0.
    package struct Partition: WireStruct {
        package var partition: Int32 = 0
        package var currentLeaderEpoch: Epoch = -1
        package var snapshotID = QuorumSnapshotID()
        /// The byte within the snapshot to read from.
        package var position: Int64 = 0
        package var replicaDirectoryID = UUID.zero

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&partition)
            try wire.int32(&currentLeaderEpoch)
            try wire.structure(&snapshotID)
            try wire.int64(&position)
            try wire.tagged(0, &replicaDirectoryID, default: .zero, since: 1) { try $0.uuid(&$1) }
        }
    }

    package var clusterID: String?
    package var replicaID: BrokerID = -1
    package var maxBytes: Int32 = .max
    package var topics: [NamedTopic<Partition>] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&replicaID)
        try wire.int32(&maxBytes)
        try wire.array(&topics)
        try wire.tagged(0, &clusterID, default: nil) { try $0.string(&$1) }
    }
}

/// A piece of a snapshot; it may begin and end in the middle of a batch.
package struct FetchSnapshotResponse: WireStruct {
    /// One partition's piece.
    package struct Partition: WireStruct {
        package var index: Int32 = 0
        package var errorCode = ErrorCode.none
        package var snapshotID = QuorumSnapshotID()
        package var currentLeader = LeaderIDAndEpoch()
        /// The size of the whole snapshot in bytes.
        package var size: Int64 = 0
        package var position: Int64 = 0
        package var unalignedRecords: ByteBuffer?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&index)
            try wire.error(&errorCode)
            try wire.structure(&snapshotID)
            try wire.int64(&size)
            try wire.int64(&position)
            try wire.records(&unalignedRecords, nullable: false)
            try wire.tagged(0, &currentLeader, default: LeaderIDAndEpoch()) { try $0.structure(&$1) }
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var topics: [NamedTopic<Partition>] = []
    package var nodeEndpoints: [QuorumNodeEndpoint] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.array(&topics)
        try wire.tagged(0, &nodeEndpoints, default: [], since: 1) { try $0.array(&$1) }
    }
}
