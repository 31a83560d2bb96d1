import KafkaProtocol

/// A dynamic config was set, or removed when the value is null (Kafka's ConfigRecord, type 4).
package struct ConfigRecord: MetadataRecordBody {
    package static let type: UInt32 = 4
    package static let version: Int16 = 0

    /// See `ConfigResource.Kind`.
    package var resourceType: Int8 = 0
    package var resourceName = ""
    package var name = ""
    package var value: String?

    package init() {}

    package init(resource: ConfigResource, name: String, value: String?) {
        resourceType = resource.kind.rawValue
        resourceName = resource.name
        self.name = name
        self.value = value
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int8(&resourceType)
        try wire.string(&resourceName)
        try wire.string(&name)
        try wire.string(&value)
    }
}

/// The cluster runs a feature at a level; 0 turns it off (Kafka's FeatureLevelRecord, type 12).
package struct FeatureLevelRecord: MetadataRecordBody {
    package static let type: UInt32 = 12
    package static let version: Int16 = 0

    package var name = ""
    package var featureLevel: Int16 = 0

    package init() {}

    package init(name: String, featureLevel: Int16) {
        self.name = name
        self.featureLevel = featureLevel
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&name)
        try wire.int16(&featureLevel)
    }
}

/// A block of producer ids was given out (Kafka's ProducerIdsRecord, type 15).
package struct ProducerIdsRecord: MetadataRecordBody {
    package static let type: UInt32 = 15
    package static let version: Int16 = 0

    package var brokerID: BrokerID = 0
    package var brokerEpoch: Int64 = -1
    /// The first id that is still free.
    package var nextProducerID: Int64 = 0

    package init() {}

    package init(brokerID: BrokerID, brokerEpoch: Int64, nextProducerID: Int64) {
        self.brokerID = brokerID
        self.brokerEpoch = brokerEpoch
        self.nextProducerID = nextProducerID
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&brokerID)
        try wire.int64(&brokerEpoch)
        try wire.int64(&nextProducerID)
    }
}

/// Nothing happened; it moves the high watermark, so that readers see a quiet cluster alive (type 20).
package struct NoOpRecord: MetadataRecordBody {
    package static let type: UInt32 = 20
    package static let version: Int16 = 0

    package init() {}
    package mutating func code(_ wire: inout Wire) throws {}
}
