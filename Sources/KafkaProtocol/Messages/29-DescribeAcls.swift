/// Asks for the access rules that a filter matches (KIP-140, KIP-290).
package struct DescribeAclsRequest: KafkaRequest {
    package typealias Response = DescribeAclsResponse
    package static let api = APIKey.describeAcls
    package static let versions: ClosedRange<Int16> = 0...3
    package static let flexibleSince: Int16 = 2

    /// 1 any, 2 topic, 3 group, 4 cluster, 5 transactional id, 6 token, 7 user.
    package var resourceTypeFilter: Int8 = 0
    package var resourceNameFilter: String?
    /// 1 any, 2 whatever matches the name, 3 literal, 4 prefixed.
    package var patternTypeFilter: Int8 = 3
    package var principalFilter: String?
    package var hostFilter: String?
    package var operation: Int8 = 0
    package var permissionType: Int8 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int8(&resourceTypeFilter)
        try wire.string(&resourceNameFilter)
        try wire.int8(&patternTypeFilter, since: 1)
        try wire.string(&principalFilter)
        try wire.string(&hostFilter)
        try wire.int8(&operation)
        try wire.int8(&permissionType)
    }
}

/// The rules by resource.
package struct DescribeAclsResponse: WireStruct {
    /// A resource and its rules.
    package struct Resource: WireStruct {
        /// Who may, or may not, do what from where.
        package struct Entry: WireStruct {
            package var principal = ""
            package var host = ""
            package var operation: Int8 = 0
            package var permissionType: Int8 = 0

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.string(&principal)
                try wire.string(&host)
                try wire.int8(&operation)
                try wire.int8(&permissionType)
            }
        }

        package var resourceType: Int8 = 0
        package var resourceName = ""
        package var patternType: Int8 = 3
        package var acls: [Entry] = []

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
