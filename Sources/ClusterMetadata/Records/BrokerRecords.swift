import KafkaProtocol

/// Where a broker listens under one listener name.
package struct BrokerEndpoint: WireStruct, Hashable {
    package var name = ""
    package var host = ""
    package var port: UInt16 = 0
    /// 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL.
    package var securityProtocol: Int16 = 0

    package init() {}

    package init(name: String, host: String, port: UInt16, securityProtocol: Int16 = 0) {
        self.name = name
        self.host = host
        self.port = port
        self.securityProtocol = securityProtocol
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&name)
        try wire.string(&host)
        try wire.uint16(&port)
        try wire.int16(&securityProtocol)
    }
}

/// A feature and the levels of it that a broker could run.
package struct BrokerFeature: WireStruct, Hashable {
    package var name = ""
    package var minSupportedVersion: Int16 = 0
    package var maxSupportedVersion: Int16 = 0

    package init() {}

    package init(name: String, min: Int16, max: Int16) {
        self.name = name
        minSupportedVersion = min
        maxSupportedVersion = max
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&name)
        try wire.int16(&minSupportedVersion)
        try wire.int16(&maxSupportedVersion)
    }
}

/// A broker came, or came again (Kafka's RegisterBrokerRecord, type 0). Its epoch replaces the one before.
package struct RegisterBrokerRecord: MetadataRecordBody {
    package static let type: UInt32 = 0
    package static let version: Int16 = 3

    package var brokerID: BrokerID = 0
    package var isMigratingZkBroker = false
    package var incarnationID = UUID.zero
    package var brokerEpoch: Int64 = 0
    package var endPoints: [BrokerEndpoint] = []
    package var features: [BrokerFeature] = []
    package var rack: String?
    package var fenced = true
    package var inControlledShutdown = false
    package var logDirs: [UUID] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&brokerID)
        try wire.bool(&isMigratingZkBroker, since: 2)
        try wire.uuid(&incarnationID)
        try wire.int64(&brokerEpoch)
        try wire.array(&endPoints)
        try wire.array(&features)
        try wire.string(&rack)
        try wire.bool(&fenced)
        try wire.bool(&inControlledShutdown, since: 1)
        try wire.tagged(0, &logDirs, default: [], since: 3) { try $0.array(&$1) }
    }
}

/// A broker was forgotten (Kafka's UnregisterBrokerRecord, type 1).
package struct UnregisterBrokerRecord: MetadataRecordBody {
    package static let type: UInt32 = 1
    package static let version: Int16 = 0

    package var brokerID: BrokerID = 0
    package var brokerEpoch: Int64 = 0

    package init() {}

    package init(brokerID: BrokerID, brokerEpoch: Int64) {
        self.brokerID = brokerID
        self.brokerEpoch = brokerEpoch
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&brokerID)
        try wire.int64(&brokerEpoch)
    }
}

/// A broker was fenced, unfenced or began its controlled shutdown (Kafka's BrokerRegistrationChangeRecord, type 17).
package struct BrokerRegistrationChangeRecord: MetadataRecordBody {
    package static let type: UInt32 = 17
    package static let version: Int16 = 2

    package var brokerID: BrokerID = 0
    package var brokerEpoch: Int64 = 0
    /// −1 unfences, 1 fences, 0 changes nothing.
    package var fenced: Int8 = 0
    /// 1 begins the controlled shutdown, 0 changes nothing.
    package var inControlledShutdown: Int8 = 0
    /// The log directories that are left; empty changes nothing.
    package var logDirs: [UUID] = []

    package init() {}

    package init(brokerID: BrokerID, brokerEpoch: Int64, fenced: Int8 = 0, inControlledShutdown: Int8 = 0) {
        self.brokerID = brokerID
        self.brokerEpoch = brokerEpoch
        self.fenced = fenced
        self.inControlledShutdown = inControlledShutdown
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&brokerID)
        try wire.int64(&brokerEpoch)
        try wire.tagged(0, &fenced, default: 0) { try $0.int8(&$1) }
        try wire.tagged(1, &inControlledShutdown, default: 0, since: 1) { try $0.int8(&$1) }
        try wire.tagged(2, &logDirs, default: [], since: 2) { try $0.array(&$1) }
    }
}
