/// Replaces the whole set of dynamic configs of each resource; IncrementalAlterConfigs is the safer way (KIP-339).
package struct AlterConfigsRequest: KafkaRequest {
    package typealias Response = AlterConfigsResponse
    package static let api = APIKey.alterConfigs
    package static let versions: ClosedRange<Int16> = 0...2
    package static let flexibleSince: Int16 = 2

    /// One resource and its new set.
    package struct Resource: WireStruct {
        /// One key and its value.
        package struct Config: WireStruct {
            package var name = ""
            package var value: String?

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.string(&name)
                try wire.string(&value)
            }
        }

        package var resourceType: Int8 = 0
        package var resourceName = ""
        package var configs: [Config] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.array(&configs)
        }
    }

    package var resources: [Resource] = []
    package var validateOnly = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&resources)
        try wire.bool(&validateOnly)
    }
}

/// What became of each resource: the answer to AlterConfigs and IncrementalAlterConfigs. One bad value leaves the whole
/// resource as it was.
package struct AlterConfigsResponse: WireStruct {
    /// The outcome for one resource.
    package struct Result: WireStruct {
        package var errorCode = ErrorCode.none
        package var errorMessage: String?
        package var resourceType: Int8 = 0
        package var resourceName = ""

        package init() {}

        package init(_ type: Int8, _ name: String, _ error: ErrorCode, _ message: String? = nil) {
            errorCode = error
            errorMessage = message
            resourceType = type
            resourceName = name
        }

        package mutating func code(_ wire: inout Wire) throws {
            try wire.error(&errorCode)
            try wire.string(&errorMessage)
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var responses: [Result] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&responses)
    }
}
