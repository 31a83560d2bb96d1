/// Removes the access rules that filters match (KIP-140, KIP-290).
package struct DeleteAclsRequest: KafkaRequest {
    package typealias Response = DeleteAclsResponse
    package static let api = APIKey.deleteAcls
    package static let versions: ClosedRange<Int16> = 0...3
    package static let flexibleSince: Int16 = 2

    /// Which rules shall go; nil matches everything.
    package struct Filter: WireStruct {
        package var resourceTypeFilter: Int8 = 0
        package var resourceNameFilter: String?
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

    package var filters: [Filter] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.array(&filters)
    }
}

/// What each filter removed.
package struct DeleteAclsResponse: WireStruct {
    /// The outcome for one filter.
    package struct Result: WireStruct {
        /// A rule that was removed.
        package struct Match: WireStruct {
            package var errorCode = ErrorCode.none
            package var errorMessage: String?
            package var resourceType: Int8 = 0
            package var resourceName = ""
            package var patternType: Int8 = 3
            package var principal = ""
            package var host = ""
            package var operation: Int8 = 0
            package var permissionType: Int8 = 0

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.error(&errorCode)
                try wire.string(&errorMessage)
                try wire.int8(&resourceType)
                try wire.string(&resourceName)
                try wire.int8(&patternType, since: 1)
                try wire.string(&principal)
                try wire.string(&host)
                try wire.int8(&operation)
                try wire.int8(&permissionType)
            }
        }

        package var errorCode = ErrorCode.none
        package var errorMessage: String?
        package var matchingAcls: [Match] = []

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.error(&errorCode)
            try wire.string(&errorMessage)
            try wire.array(&matchingAcls)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var filterResults: [Result] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.array(&filterResults)
    }
}
