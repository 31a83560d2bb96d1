/// A broker that starts makes itself known to the controller (KIP-631). Between brokers only.
package struct BrokerRegistrationRequest: KafkaRequest {
    package typealias Response = BrokerRegistrationResponse
    package static let api = APIKey.brokerRegistration
    package static let versions: ClosedRange<Int16> = 0...4
    package static let flexibleSince: Int16 = 0

    /// Where the broker listens.
    package struct Listener: WireStruct {
        package var name = ""
        package var host = ""
        package var port: UInt16 = 0
        package var securityProtocol: Int16 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
            try wire.string(&host)
            try wire.uint16(&port)
            try wire.int16(&securityProtocol)
        }
    }

    /// A feature and the levels of it that the broker could run.
    package struct Feature: WireStruct {
        package var name = ""
        package var minSupportedVersion: Int16 = 0
        package var maxSupportedVersion: Int16 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
            try wire.int16(&minSupportedVersion)
            try wire.int16(&maxSupportedVersion)
        }
    }

    package var brokerID: Int32 = 0
    package var clusterID = ""
    /// New at every start of the broker.
    package var incarnationID = UUID.zero
    package var listeners: [Listener] = []
    package var features: [Feature] = []
    package var rack: String?
    package var isMigratingZkBroker = false
    /// The ids of the log directories (KIP-858).
    package var logDirs: [UUID] = []
    /// The epoch before a clean shutdown, or −1.
    package var previousBrokerEpoch: Int64 = -1

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&brokerID)
        try wire.string(&clusterID)
        try wire.uuid(&incarnationID)
        try wire.array(&listeners)
        try wire.array(&features)
        try wire.string(&rack)
        try wire.bool(&isMigratingZkBroker, since: 1)
        try wire.array(&logDirs, since: 2)
        try wire.int64(&previousBrokerEpoch, since: 3)
    }
}

/// The broker's epoch, by which it is known until it registers anew.
package struct BrokerRegistrationResponse: WireStruct {
    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var brokerEpoch: Int64 = -1

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.int64(&brokerEpoch)
    }
}
