/// Sets and removes quotas (KIP-546).
package struct AlterClientQuotasRequest: KafkaRequest {
    package typealias Response = AlterClientQuotasResponse
    package static let api = APIKey.alterClientQuotas
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 1

    /// An entity and what shall become of its quotas.
    package struct Entry: WireStruct {
        /// What shall become of one quota.
        package struct Change: WireStruct {
            package var key = ""
            package var value: Double = 0
            package var remove = false

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.string(&key)
                try wire.float64(&value)
                try wire.bool(&remove)
            }
        }

        package var entity: [QuotaEntityPart] = []
        package var ops: [Change] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.array(&entity)
            try wire.array(&ops)
        }
    }

    package var entries: [Entry] = []
    package var validateOnly = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&entries)
        try wire.bool(&validateOnly)
    }
}

/// One outcome for each entity.
package struct AlterClientQuotasResponse: WireStruct {
    /// What became of the quotas of an entity.
    package struct Entry: WireStruct {
        package var errorCode = ErrorCode.none
        package var errorMessage: String?
        package var entity: [QuotaEntityPart] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.error(&errorCode)
            try wire.string(&errorMessage)
            try wire.array(&entity)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var entries: [Entry] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&entries)
    }
}
