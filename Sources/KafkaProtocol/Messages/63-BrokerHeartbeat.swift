/// A broker says that it lives, how far it has read, and what it wants (KIP-631). Between brokers only.
package struct BrokerHeartbeatRequest: KafkaRequest {
    package typealias Response = BrokerHeartbeatResponse
    package static let api = APIKey.brokerHeartbeat
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 0

    package var brokerID: Int32 = 0
    package var brokerEpoch: Int64 = -1
    /// The highest metadata offset that the broker has applied.
    package var currentMetadataOffset: Int64 = 0
    package var wantFence = false
    package var wantShutDown = false
    /// Log directories that failed (KIP-858).
    package var offlineLogDirs: [UUID] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&brokerID)
        try wire.int64(&brokerEpoch)
        try wire.int64(&currentMetadataOffset)
        try wire.bool(&wantFence)
        try wire.bool(&wantShutDown)
        try wire.tagged(0, &offlineLogDirs, default: [], since: 1) { try $0.array(&$1) }
    }
}

/// What the controller makes of the broker.
package struct BrokerHeartbeatResponse: WireStruct {
    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    /// Whether the broker has seen its own registration.
    package var isCaughtUp = false
    package var isFenced = true
    package var shouldShutDown = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.bool(&isCaughtUp)
        try wire.bool(&isFenced)
        try wire.bool(&shouldShutDown)
    }
}
