import ClusterMetadata
import KafkaProtocol

/// Says which APIs this broker serves, which features it could run, and at which levels the cluster runs them (KIP-584).
package struct ApiVersionsHandler {
    let router: RequestRouter
    let metadata: any MetadataSource
    /// How the voters of the metadata quorum are kept.
    let kraftVersion: () -> Int16

    /// Answers at once; works before anything else on the broker does.
    func handle(_ request: Request<ApiVersionsRequest>) {
        var response = ApiVersionsResponse()
        response.apiKeys = router.advertised
        if request.version >= 3 { addFeatures(&response) }
        // Clients of before version 4 take no range that begins at 0 (KAFKA-17011).
        if request.version >= 4 { addKRaftVersion(&response) }
        request.reply(response)
    }

    private func addFeatures(_ response: inout ApiVersionsResponse) {
        response.supportedFeatures = Features.supported.sorted { $0.key < $1.key }.map { name, levels in
            var feature = ApiVersionsResponse.SupportedFeature()
            feature.name = name
            feature.minVersion = levels.lowerBound
            feature.maxVersion = levels.upperBound
            return feature
        }
        let image = metadata.image
        // Without any the epoch stays at -1: not known yet.
        guard !image.features.isEmpty else { return }
        response.finalizedFeaturesEpoch = image.offset
        response.finalizedFeatures = image.features.sorted { $0.key < $1.key }.map { name, level in
            var feature = ApiVersionsResponse.FinalizedFeature()
            feature.name = name
            feature.minVersionLevel = level
            feature.maxVersionLevel = level
            return feature
        }
    }

    private func addKRaftVersion(_ response: inout ApiVersionsResponse) {
        var supported = ApiVersionsResponse.SupportedFeature()
        supported.name = KRaftVersion.feature
        supported.minVersion = KRaftVersion.supported.lowerBound
        supported.maxVersion = KRaftVersion.supported.upperBound
        response.supportedFeatures.append(supported)
        guard kraftVersion() > 0, !response.finalizedFeatures.isEmpty else { return }
        var finalized = ApiVersionsResponse.FinalizedFeature()
        finalized.name = KRaftVersion.feature
        finalized.minVersionLevel = kraftVersion()
        finalized.maxVersionLevel = kraftVersion()
        response.finalizedFeatures.append(finalized)
    }
}
