/// Adds access rules (KIP-140, KIP-290).
package struct CreateAclsRequest: KafkaRequest {
    package typealias Response = CreateAclsResponse
    package static let api = APIKey.createAcls
    package static let versions: ClosedRange<Int16> = 0...3
    package static let flexibleSince: Int16 = 2

    package var creations: [ACLBinding] = []

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
