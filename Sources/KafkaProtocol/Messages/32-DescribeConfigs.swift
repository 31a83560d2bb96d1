/// Asks for the effective configs of topics and brokers (KIP-133, KIP-226, KIP-569).
package struct DescribeConfigsRequest: KafkaRequest {
    package typealias Response = DescribeConfigsResponse
    package static let api = APIKey.describeConfigs
    package static let versions: ClosedRange<Int16> = 0...4
    package static let flexibleSince: Int16 = 4

    /// One topic, broker or other carrier of configs.
    package struct Resource: WireStruct {
        package var resourceType: Int8 = 0
        package var resourceName = ""
        /// The keys wanted; null for all.
        package var configurationKeys: [String]?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.array(&configurationKeys)
        }
    }

    package var resources: [Resource] = []
    package var includeSynonyms = false
    package var includeDocumentation = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&resources)
        try wire.bool(&includeSynonyms, since: 1)
        try wire.bool(&includeDocumentation, since: 3)
    }
}

/// The configs of each resource.
package struct DescribeConfigsResponse: WireStruct {
    /// One resource and its configs.
    package struct Result: WireStruct {
        /// One config: its value and where it comes from.
        package struct Config: WireStruct {
            /// One place that could supply the value, strongest first.
            package struct Synonym: WireStruct {
                package var name = ""
                /// Null when sensitive.
                package var value: String?
                package var source: Int8 = 0

                package init() {}

                package mutating func code(_ wire: inout Wire) throws {
                    try wire.string(&name, since: 1)
                    try wire.string(&value, since: 1)
                    try wire.int8(&source, since: 1)
                }
            }

            package var name = ""
            /// Null when sensitive.
            package var value: String?
            package var readOnly = false
            package var configSource: Int8 = -1
            /// Version 0 has only this in place of the source.
            package var isDefault = false
            package var isSensitive = false
            package var synonyms: [Synonym] = []
            /// See `ConfigType`.
            package var configType: Int8 = 0
            package var documentation: String?

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.string(&name)
                try wire.string(&value)
                try wire.bool(&readOnly)
                try wire.int8(&configSource, since: 1)
                try wire.bool(&isDefault, until: 0)
                try wire.bool(&isSensitive)
                try wire.array(&synonyms, since: 1)
                try wire.int8(&configType, since: 3)
                try wire.string(&documentation, since: 3)
            }
        }

        package var errorCode = ErrorCode.none
        package var errorMessage: String?
        package var resourceType: Int8 = 0
        package var resourceName = ""
        package var configs: [Config] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.error(&errorCode)
            try wire.string(&errorMessage)
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.array(&configs)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var results: [Result] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&results)
    }
}
