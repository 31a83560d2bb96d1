/// Asks for the quotas of the entities that match (KIP-546).
package struct DescribeClientQuotasRequest: KafkaRequest {
    package typealias Response = DescribeClientQuotasResponse
    package static let api = APIKey.describeClientQuotas
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 1

    /// What one part of an entity must be.
    package struct Component: WireStruct {
        /// `user`, `client-id` or `ip`.
        package var entityType = ""
        /// 0 exactly `match`, 1 the default, 2 any that is named or the default.
        package var matchType: Int8 = 0
        package var match: String?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&entityType)
            try wire.int8(&matchType)
            try wire.string(&match)
        }
    }

    package var components: [Component] = []
    /// Whether entities with parts that are not asked for stay out.
    package var strict = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&components)
        try wire.bool(&strict)
    }
}

/// The quotas by entity.
package struct DescribeClientQuotasResponse: WireStruct {
    /// An entity and its quotas.
    package struct Entry: WireStruct {
        /// One quota.
        package struct Quota: WireStruct {
            package var key = ""
            package var value: Double = 0

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.string(&key)
                try wire.float64(&value)
            }
        }

        package var entity: [QuotaEntityPart] = []
        package var values: [Quota] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.array(&entity)
            try wire.array(&values)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var entries: [Entry]?

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
        try wire.array(&entries)
    }
}
