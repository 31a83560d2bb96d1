/// Edits single dynamic configs and leaves the others (KIP-339).
package struct IncrementalAlterConfigsRequest: KafkaRequest {
    package typealias Response = AlterConfigsResponse
    package static let api = APIKey.incrementalAlterConfigs
    package static let versions: ClosedRange<Int16> = 0...1
    package static let flexibleSince: Int16 = 1

    /// One resource and its edits.
    package struct Resource: WireStruct {
        /// One edit.
        package struct Config: WireStruct {
            package var name = ""
            /// 0 set, 1 delete, 2 append, 3 subtract.
            package var configOperation: Int8 = 0
            package var value: String?

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.string(&name)
                try wire.int8(&configOperation)
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
