/// Removes the access rules that filters match (KIP-140, KIP-290).
package struct DeleteAclsRequest: KafkaRequest {
    package typealias Response = DeleteAclsResponse
    package static let api = APIKey.deleteAcls
    package static let versions: ClosedRange<Int16> = 0...3
    package static let flexibleSince: Int16 = 2

    package var filters: [ACLFilter] = []

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
            package var rule = ACLBinding()

            package init() {}

            package mutating func code(_ wire: inout Wire) throws {
                try wire.error(&errorCode)
                try wire.string(&errorMessage)
                try rule.code(&wire)
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
