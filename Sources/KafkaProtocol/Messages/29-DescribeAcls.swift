/// Asks for the access rules that a filter matches (KIP-140, KIP-290).
package struct DescribeAclsRequest: KafkaRequest {
    package typealias Response = DescribeAclsResponse
    package static let api = APIKey.describeAcls
    package static let versions: ClosedRange<Int16> = 0...3
    package static let flexibleSince: Int16 = 2

    package var filter = ACLFilter()

    package init() {}

    package mutating func code(_ wire: inout Wire) throws { try filter.code(&wire) }
}

/// The rules by resource.
package struct DescribeAclsResponse: WireStruct {
    /// A resource and its rules.
    package struct Resource: WireStruct {
        package var resourceType: Int8 = 0
        package var resourceName = ""
        package var patternType: Int8 = 3
        package var acls: [ACLEntry] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.int8(&patternType, since: 1)
            try wire.array(&acls)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var resources: [Resource] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
        try wire.array(&resources)
    }
}
