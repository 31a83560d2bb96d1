/// Adds access rules (KIP-140, KIP-290).
package struct CreateAclsRequest: KafkaRequest {
    package typealias Response = CreateAclsResponse
    package static let api = APIKey.createAcls
    package static let versions: ClosedRange<Int16> = 0...3
    package static let flexibleSince: Int16 = 2

    /// One rule.
    package struct Creation: WireStruct {
        package var resourceType: Int8 = 0
        package var resourceName = ""
        package var resourcePatternType: Int8 = 3
        package var principal = ""
        package var host = ""
        package var operation: Int8 = 0
        package var permissionType: Int8 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.int8(&resourcePatternType, since: 1)
            try wire.string(&principal)
            try wire.string(&host)
            try wire.int8(&operation)
            try wire.int8(&permissionType)
        }
    }

    package var creations: [Creation] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&creations)
    }
}

/// One outcome for each rule.
package struct CreateAclsResponse: WireStruct {
    /// The outcome for one rule.
    package struct Result: WireStruct {
        package var errorCode = ErrorCode.none
        package var errorMessage: String?

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.error(&errorCode)
            try wire.string(&errorMessage)
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
