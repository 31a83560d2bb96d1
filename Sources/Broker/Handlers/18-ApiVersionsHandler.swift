import KafkaProtocol

/// Says which APIs this broker serves, and the finalized features that clients act upon.
package struct ApiVersionsHandler {
    let router: RequestRouter
    /// Kafka 3.9's metadata.version, the level whose behaviour the broker follows.
    static let metadataVersion: Int16 = 21

    /// Answers at once; works before anything else on the broker does.
    func handle(_ request: Request<ApiVersionsRequest>) {
        var response = ApiVersionsResponse()
        response.apiKeys = router.advertised
        if request.version >= 3 {
            var supported = ApiVersionsResponse.SupportedFeature()
            supported.name = "metadata.version"
            supported.minVersion = 1
            supported.maxVersion = Self.metadataVersion
            response.supportedFeatures = [supported]
            var finalized = ApiVersionsResponse.FinalizedFeature()
            finalized.name = "metadata.version"
            finalized.minVersionLevel = Self.metadataVersion
            finalized.maxVersionLevel = Self.metadataVersion
            response.finalizedFeatures = [finalized]
            response.finalizedFeaturesEpoch = 0
        }
        request.reply(response)
    }
}
