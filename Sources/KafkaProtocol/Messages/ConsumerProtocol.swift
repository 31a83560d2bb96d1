import NIOCore

/// What a member of a group of type "consumer" tells the leader: the blob inside JoinGroup ("ConsumerProtocolSubscription").
///
/// Brokers treat it as opaque, except that they read the topics for OffsetDelete and for the expiry of offsets.
package struct ConsumerSubscription: WireStruct {
    /// The newest layout known here; a newer one is read as this, its further fields ignored.
    package static let newestVersion: Int16 = 3

    package var topics: [String] = []
    /// The assignor's own data.
    package var userData: ByteBuffer?
    /// What the member still owns (cooperative rebalancing, KIP-429).
    package var ownedPartitions: [NamedPartitions] = []
    package var generationID: Int32 = -1
    package var rackID: String?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&topics)
        try wire.bytes(&userData)
        try wire.array(&ownedPartitions, since: 1)
        try wire.int32(&generationID, since: 2)
        try wire.string(&rackID, since: 3)
    }
}

/// What the leader gives a member of a group of type "consumer": the blob inside SyncGroup ("ConsumerProtocolAssignment").
package struct ConsumerAssignment: WireStruct {
    package static let newestVersion: Int16 = 3

    package var assignedPartitions: [NamedPartitions] = []
    package var userData: ByteBuffer?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&assignedPartitions)
        try wire.bytes(&userData)
    }
}

/// Blobs that begin with their own two-byte version and are never flexible.
extension WireStruct {
    /// Writes the version, then the fields.
    package func versionedBlob(version: Int16) throws -> ByteBuffer {
        var blob = ByteBuffer()
        blob.writeInteger(version)
        blob.writeImmutableBuffer(try encoded(version: version, flexible: false))
        return blob
    }

    /// Reads a blob; versions beyond `newest` are read as `newest`.
    package init(versionedBlob blob: ByteBuffer, newest: Int16) throws {
        var rest = blob
        guard let version = rest.readInteger(as: Int16.self) else { throw WireError.truncated }
        guard version >= 0 else { throw WireError.badLength(Int64(version)) }
        try self.init(decoding: &rest, version: min(version, newest), flexible: false)
    }
}
