/// Asks for the names of the subscriptions to metrics of clients (KIP-1000).
package struct ListClientMetricsResourcesRequest: KafkaRequest {
    package typealias Response = ListClientMetricsResourcesResponse
    package static let api = APIKey.listClientMetricsResources
    package static let versions: ClosedRange<Int16> = 0...0
    package static let flexibleSince: Int16 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {}
}

/// The names.
package struct ListClientMetricsResourcesResponse: WireStruct {
    /// A subscription.
    package struct Resource: WireStruct {
        package var name = ""

        package init() {}

        package mutating func code(_ wire: inout Wire) throws {
            try wire.string(&name)
        }
    }

    package var throttleTimeMs: Int32 = 0
    package var errorCode = ErrorCode.none
    package var clientMetricsResources: [Resource] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int32(&throttleTimeMs)
        try wire.error(&errorCode)
        try wire.array(&clientMetricsResources)
    }
}
