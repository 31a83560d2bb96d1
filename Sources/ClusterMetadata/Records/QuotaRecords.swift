import KafkaProtocol

/// A quota of an entity was set or removed (Kafka's ClientQuotaRecord, type 14).
package struct ClientQuotaRecord: MetadataRecordBody {
    package static let type: UInt32 = 14
    package static let version: Int16 = 0

    /// One part of an entity; without a name it is the default of its type.
    package struct Entity: WireStruct, Hashable {
        package var type = ""
        package var name: String?

        package init() {}

        package init(type: String, name: String?) {
            self.type = type
            self.name = name
        }

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&type)
            try wire.string(&name)
        }
    }

    package var entity: [Entity] = []
    package var key = ""
    /// Means nothing when the quota is removed.
    package var value: Double = 0
    package var remove = false

    package init() {}

    package init(entity: QuotaEntity, key: String, value: Double?) {
        self.entity = entity.parts.map { Entity(type: $0.type.rawValue, name: $0.name) }
        self.key = key
        self.value = value ?? 0
        remove = value == nil
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&entity)
        try wire.string(&key)
        try wire.float64(&value)
        try wire.bool(&remove)
    }
}
