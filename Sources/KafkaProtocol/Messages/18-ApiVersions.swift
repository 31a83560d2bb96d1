/// Asks which APIs and versions the broker speaks; the first request on every connection (KIP-35, KIP-511).
package struct ApiVersionsRequest: KafkaRequest {
    package typealias Response = ApiVersionsResponse
    package static let api = APIKey.apiVersions
    package static let versions: ClosedRange<Int16> = 0...4
    package static let flexibleSince: Int16 = 3

    package var clientSoftwareName = ""
    package var clientSoftwareVersion = ""

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.string(&clientSoftwareName, since: 3)
        try wire.string(&clientSoftwareVersion, since: 3)
    }
}

/// The ranges that the broker serves. For a version that is too high it comes as version 0 with UNSUPPORTED_VERSION.
package struct ApiVersionsResponse: WireStruct {
    /// One API and the versions of it that are served.
    package struct API: WireStruct {
        package var key: Int16 = 0
        package var minVersion: Int16 = 0
        package var maxVersion: Int16 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int16(&key)
            try wire.int16(&minVersion)
            try wire.int16(&maxVersion)
        }
    }

    /// A feature and the levels of it that this broker could run.
    package struct SupportedFeature: WireStruct {
        package var name = ""
        package var minVersion: Int16 = 0
        package var maxVersion: Int16 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
            try wire.int16(&minVersion)
            try wire.int16(&maxVersion)
        }
    }

    /// A feature and the levels of it that the cluster runs.
    package struct FinalizedFeature: WireStruct {
        package var name = ""
        package var maxVersionLevel: Int16 = 0
        package var minVersionLevel: Int16 = 0

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
            try wire.int16(&maxVersionLevel)
            try wire.int16(&minVersionLevel)
        }
    }

    package var errorCode = ErrorCode.none
    package var apiKeys: [API] = []
    package var throttleTimeMs: Int32 = 0
    package var supportedFeatures: [SupportedFeature] = []
    package var finalizedFeaturesEpoch: Int64 = -1
    package var finalizedFeatures: [FinalizedFeature] = []
    package var zkMigrationReady = false

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.error(&errorCode)
        try wire.array(&apiKeys)
        try wire.int32(&throttleTimeMs, since: 1)
        try wire.tagged(0, &supportedFeatures, default: [], since: 3) { try $0.array(&$1) }
        try wire.tagged(1, &finalizedFeaturesEpoch, default: -1, since: 3) { try $0.int64(&$1) }
        try wire.tagged(2, &finalizedFeatures, default: [], since: 3) { try $0.array(&$1) }
        try wire.tagged(3, &zkMigrationReady, default: false, since: 3) { try $0.bool(&$1) }
    }
}
