/// Raises or lowers the finalized level of features (KIP-584).
package struct UpdateFeaturesRequest: KafkaRequest {
    package typealias Response = UpdateFeaturesResponse
    package static let api = APIKey.updateFeatures
    package static let versions: ClosedRange<Int16> = 0...2
    package static let flexibleSince: Int16 = 0

    /// One feature and its new level.
    package struct Update: WireStruct {
        package var feature = ""
        /// The new level; below 1 the feature is turned off.
        package var maxVersionLevel: Int16 = 0
        package var allowDowngrade = false
        /// 1 upgrade, 2 safe downgrade, 3 unsafe downgrade.
        package var upgradeType: Int8 = 1

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&feature)
            try wire.int16(&maxVersionLevel)
            try wire.bool(&allowDowngrade, until: 0)
            try wire.int8(&upgradeType, since: 1)
        }
    }

    package var timeoutMs: Int32 = 60000
    package var featureUpdates: [Update] = []
    package var validateOnly = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&timeoutMs)
        try wire.array(&featureUpdates)
        try wire.bool(&validateOnly, since: 1)
    }
}

/// Whether the levels were taken: one outcome for all; before version 2 success stands at each feature, too.
package struct UpdateFeaturesResponse: WireStruct {
    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var results: [NamedOutcome] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.string(&errorMessage)
        try wire.array(&results, until: 1)
    }
}
