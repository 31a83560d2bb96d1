import KafkaProtocol

/// A config as one broker sees it: the value that holds, and every place that could supply one.
package struct EffectiveConfig: Sendable {
    /// One place that supplies a value.
    package struct Synonym: Sendable, Equatable {
        package let name: String
        package let value: String?
        package let source: ConfigSource
    }

    package let definition: ConfigDefinition
    /// Strongest first; empty when nothing supplies a value, not even a default.
    package let synonyms: [Synonym]

    /// What holds; in secret configs too, so show `shownValue` instead.
    package var value: String? { synonyms.first?.value }
    package var source: ConfigSource { synonyms.first?.source ?? .defaultConfig }
    /// The value unless it is sensitive.
    package var shownValue: String? { definition.isSensitive ? nil : value }
}

/// How one broker reads configs: dynamic ones from the image, then its own `server.properties`, then Kafka's defaults.
package struct ConfigView: Sendable {
    package let brokerID: BrokerID
    /// What `server.properties` says.
    package let staticValues: [String: String]

    package init(brokerID: BrokerID, staticValues: [String: String] = [:]) {
        self.brokerID = brokerID
        self.staticValues = staticValues
    }

    /// Every known config of a resource in the order of names; nil for kinds of resources that carry none here.
    package func all(of resource: ConfigResource, in image: MetadataImage) -> [EffectiveConfig]? {
        ConfigCatalogue.definitions(of: resource.kind)?.values.sorted { $0.name < $1.name }
            .map { effective($0, of: resource, in: image) }
    }

    /// One config of a resource.
    package func effective(
        _ definition: ConfigDefinition, of resource: ConfigResource, in image: MetadataImage
    ) -> EffectiveConfig {
        var found: [EffectiveConfig.Synonym] = []
        var fallback = definition.name
        if resource.kind == .broker {
            found += brokerSynonyms([ConfigSynonym(definition.name)], resource, image)
        } else {
            if let value = image.config(resource)[definition.name] {
                let source = resource.kind == .group ? ConfigSource.group : .dynamicTopic
                found.append(.init(name: definition.name, value: value, source: source))
            }
            found += brokerSynonyms(definition.synonyms, .broker(brokerID), image)
            fallback = definition.synonyms.first?.key ?? fallback
        }
        if let value = definition.defaultValue {
            found.append(.init(name: fallback, value: value, source: .defaultConfig))
        }
        return EffectiveConfig(definition: definition, synonyms: found)
    }

    private func brokerSynonyms(
        _ keys: [ConfigSynonym], _ resource: ConfigResource, _ image: MetadataImage
    ) -> [EffectiveConfig.Synonym] {
        // The resource with an empty name is the cluster's default alone: no single broker's values belong to it.
        let isDefault = resource == .defaultBroker
        let sources: [(ConfigSource, [String: String])] = [
            (.dynamicBroker, isDefault ? [:] : image.config(resource)),
            (.dynamicDefaultBroker, image.config(.defaultBroker)),
            (.staticBroker, isDefault ? [:] : staticValues),
        ]
        return sources.flatMap { source, values in
            keys.compactMap { key in
                values[key.key].map { .init(name: key.key, value: key.convert($0.trimmed), source: source) }
            }
        }
    }

    // MARK: Typed values

    /// The configs of a topic, which need not exist.
    package func topic(_ name: String, in image: MetadataImage) -> TopicConfig {
        let resource = ConfigResource.topic(name)
        return TopicConfig { key in
            guard let definition = ConfigCatalogue.topic[key] else { return [] }
            return candidates(definition, resource, image)
        }
    }

    /// One config of a topic as a truth, without reading all the others.
    package func topicBool(_ key: String, of topic: String, in image: MetadataImage) -> Bool {
        guard let definition = ConfigCatalogue.topic[key] else { return false }
        return candidates(definition, .topic(topic), image).first?.lowercased() == "true"
    }

    /// One config of a topic as a number, without reading all the others; 0 when it is unknown.
    package func topicInt(_ key: String, of topic: String, in image: MetadataImage) -> Int {
        guard let definition = ConfigCatalogue.topic[key] else { return 0 }
        return candidates(definition, .topic(topic), image).first.flatMap { Int($0) } ?? 0
    }

    /// A broker config as text; nil when it is unknown or nothing supplies it.
    package func string(_ key: String, in image: MetadataImage = MetadataImage()) -> String? {
        guard let definition = ConfigCatalogue.broker[key] else { return nil }
        return candidates(definition, .broker(brokerID), image).first
    }

    /// A broker config as a number; 0 when it is unknown.
    package func int(_ key: String, in image: MetadataImage = MetadataImage()) -> Int64 {
        string(key, in: image).flatMap { Int64($0) } ?? 0
    }

    /// A broker config as a truth; false when it is unknown.
    package func bool(_ key: String, in image: MetadataImage = MetadataImage()) -> Bool {
        string(key, in: image)?.lowercased() == "true"
    }

    /// The values that are valid, strongest first: a bad line in a file gives way to the default.
    private func candidates(
        _ definition: ConfigDefinition, _ resource: ConfigResource, _ image: MetadataImage
    ) -> [String] {
        effective(definition, of: resource, in: image).synonyms.compactMap(\.value)
            .filter { definition.problem(with: $0) == nil }.map(\.trimmed)
    }
}
