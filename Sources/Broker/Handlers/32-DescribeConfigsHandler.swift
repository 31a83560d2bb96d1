import ClusterMetadata
import KafkaProtocol

/// Lists configs with their values and where each comes from (KIP-133, KIP-226), from this broker's image and its own
/// `server.properties`.
package struct DescribeConfigsHandler {
    private struct Failure: Error {
        let code: ErrorCode
        let message: String
    }

    private let metadata: any MetadataSource
    private let configs: ConfigView

    package init(metadata: any MetadataSource, configs: ConfigView) {
        self.metadata = metadata
        self.configs = configs
    }

    package func handle(_ request: Request<DescribeConfigsRequest>) {
        var response = DescribeConfigsResponse()
        response.results = request.body.resources.map { asked in
            var result = DescribeConfigsResponse.Result()
            result.resourceType = asked.resourceType
            result.resourceName = asked.resourceName
            let resource = ConfigResource(kind: .init(rawValue: asked.resourceType), name: asked.resourceName)
            do throws(Failure) {
                let keys = asked.configurationKeys.flatMap { $0.isEmpty ? nil : Set($0) }
                result.configs = try all(of: resource)
                    .filter { keys?.contains($0.definition.name) ?? true }
                    .map { entry($0, resource, request.body) }
            } catch {
                result.errorCode = error.code
                result.errorMessage = error.message
            }
            return result
        }
        request.reply(response)
    }

    private func all(of resource: ConfigResource) throws(Failure) -> [EffectiveConfig] {
        let image = metadata.image
        switch resource.kind {
        case .topic where image.topicIDs[resource.name] == nil:
            throw Failure(code: .unknownTopicOrPartition, message: "The topic '\(resource.name)' does not exist.")
        case .broker where resource == .defaultBroker:
            // Only what was set for all brokers; single values and defaults belong to brokers.
            let set = image.config(resource)
            return (configs.all(of: resource, in: image) ?? []).filter { set[$0.definition.name] != nil }
                + unknown(resource, image)
        case .broker:
            guard Int32(resource.name) == configs.brokerID else {
                throw Failure(
                    code: .invalidRequest,
                    message: "Unexpected broker id, expected \(configs.brokerID) but received \(resource.name)")
            }
            return (configs.all(of: resource, in: image) ?? []) + unknown(resource, image)
        case .group where resource.name.isEmpty:
            throw Failure(code: .invalidRequest, message: "Group name must not be empty")
        default:
            guard let all = configs.all(of: resource, in: image) else {
                throw Failure(
                    code: .invalidRequest, message: "Unsupported resource type: \(resource.kind.rawValue)")
            }
            return all
        }
    }

    /// Dynamic configs of names that the catalogue lacks; brokers keep them, so they must be seen.
    private func unknown(_ resource: ConfigResource, _ image: MetadataImage) -> [EffectiveConfig] {
        let names = Set(image.config(resource).keys).union(image.config(.defaultBroker).keys)
        return names.filter { ConfigCatalogue.broker[$0] == nil }.sorted().map { name in
            let definition = ConfigDefinition(
                name, .unknown, nil, update: .clusterWide, about: "Not known to this release.")
            return configs.effective(definition, of: resource, in: image)
        }
    }

    private func entry(
        _ config: EffectiveConfig, _ resource: ConfigResource, _ request: DescribeConfigsRequest
    ) -> DescribeConfigsResponse.Result.Config {
        let definition = config.definition
        var entry = DescribeConfigsResponse.Result.Config()
        entry.name = definition.name
        entry.value = config.shownValue
        entry.readOnly = resource.kind == .broker && definition.updateMode == .readOnly
        entry.configSource = config.source.rawValue
        entry.isDefault = config.source == .defaultConfig
        entry.isSensitive = definition.isSensitive
        entry.configType = definition.type.rawValue
        if request.includeDocumentation { entry.documentation = definition.documentation }
        if request.includeSynonyms {
            entry.synonyms = config.synonyms.map { place in
                var synonym = DescribeConfigsResponse.Result.Config.Synonym()
                synonym.name = place.name
                synonym.value = definition.isSensitive ? nil : place.value
                synonym.source = place.source.rawValue
                return synonym
            }
        }
        return entry
    }
}
