/// Where a quorum node listens, as answers of the quorum APIs name the current leader (KIP-853).
package struct QuorumNodeEndpoint: WireStruct {
    package var nodeID: BrokerID = -1
    package var host = ""
    package var port: UInt16 = 0

    package init() {}

    package init(nodeID: BrokerID, host: String, port: UInt16) {
        self.nodeID = nodeID
        self.host = host
        self.port = port
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&nodeID)
        try wire.string(&host)
        try wire.uint16(&port)
    }
}

/// A listener of the leader that sends the request (KIP-853).
package struct QuorumLeaderEndpoint: WireStruct {
    package var name = ""
    package var host = ""
    package var port: UInt16 = 0

    package init() {}

    package init(name: String, host: String, port: UInt16) {
        self.name = name
        self.host = host
        self.port = port
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&name)
        try wire.string(&host)
        try wire.uint16(&port)
    }
}

/// A snapshot of the metadata log: the offset it reaches up to (exclusive) and the epoch of the record before it.
package struct QuorumSnapshotID: WireStruct {
    package var endOffset: Offset = -1
    package var epoch: Epoch = -1

    package init() {}

    package init(endOffset: Offset, epoch: Epoch) {
        self.endOffset = endOffset
        self.epoch = epoch
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int64(&endOffset)
        try wire.int32(&epoch)
    }
}

/// The values of kraft.version that a node supports.
package struct KRaftVersionRange: WireStruct {
    package var minSupportedVersion: Int16 = 0
    package var maxSupportedVersion: Int16 = 0

    package init() {}

    package init(_ range: ClosedRange<Int16>) {
        minSupportedVersion = range.lowerBound
        maxSupportedVersion = range.upperBound
    }

    /// Nil when the ends are the wrong way round.
    package var range: ClosedRange<Int16>? {
        minSupportedVersion <= maxSupportedVersion ? minSupportedVersion...maxSupportedVersion : nil
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int16(&minSupportedVersion)
        try wire.int16(&maxSupportedVersion)
    }
}
