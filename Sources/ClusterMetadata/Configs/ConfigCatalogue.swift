/// Every config that Klamm's brokers act upon, by Kafka's names and with Kafka's defaults.
package enum ConfigCatalogue {
    /// Topic configs by name.
    package static let topic: [String: ConfigDefinition] = index(topicDefinitions)

    /// Broker configs by name, the defaults of topic configs among them.
    package static let broker: [String: ConfigDefinition] = index(brokerDefinitions + topicDefaults)

    /// Group configs by name.
    package static let group: [String: ConfigDefinition] = index(groupDefinitions)

    /// The definitions for a kind of resource; nil for kinds whose configs Klamm does not keep.
    package static func definitions(of kind: ConfigResource.Kind) -> [String: ConfigDefinition]? {
        switch kind {
        case .topic: topic
        case .broker: broker
        case .group: group
        default: nil
        }
    }

    private static func index(_ definitions: [ConfigDefinition]) -> [String: ConfigDefinition] {
        Dictionary(definitions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The broker keys that hold the defaults of topic configs, and may all be changed for the whole cluster.
    private static var topicDefaults: [ConfigDefinition] {
        topicDefinitions.compactMap { topic in
            guard let key = topic.synonyms.first?.key else { return nil }
            return ConfigDefinition(
                key, topic.type, topic.synonyms.count > 1 ? nil : topic.defaultValue, topic.rule, update: .clusterWide,
                about: "Default of the topic config \(topic.name): \(topic.documentation)")
        }
    }
}
