/// One configuration of a topic or broker, as DescribeConfigs tells it.
package struct ConfigEntry: Sendable, Equatable {
    /// Where a value comes from, strongest first (Kafka protocol guide, DescribeConfigs).
    package enum Source: String, Sendable {
        case dynamicTopic = "dynamic topic"
        case dynamicBroker = "dynamic broker"
        case dynamicDefault = "dynamic default"
        case dynamicLogger = "dynamic logger"
        case staticBroker = "static broker"
        case `default`
        case unknown = "?"
    }

    /// The key.
    package var name: String
    /// Its value; nil when it is sensitive or unset.
    package var value: String?
    /// Where it comes from.
    package var source: Source
    /// What it would be without any override.
    package var defaultValue: String?
    /// Whether it must never be shown.
    package var isSensitive: Bool
    /// Whether it cannot be changed while the broker runs.
    package var isReadOnly: Bool
    /// Kafka's own documentation of the key.
    package var documentation: String?
    /// `int`, `list` and so on, when the broker tells.
    package var type: String?
    /// All values in the order Kafka applies them.
    package var synonyms: [Synonym]

    /// One of the values a configuration would take, by source.
    package struct Synonym: Sendable, Equatable {
        /// The value.
        package var value: String?
        /// Where it comes from.
        package var source: Source

        /// A value and its source.
        package init(value: String?, source: Source) {
            self.value = value
            self.source = source
        }
    }

    /// A configuration with its value.
    package init(
        name: String, value: String?, source: Source, defaultValue: String? = nil, isSensitive: Bool = false,
        isReadOnly: Bool = false, documentation: String? = nil, synonyms: [Synonym] = []
    ) {
        self.name = name
        self.value = value
        self.source = source
        self.defaultValue = defaultValue
        self.isSensitive = isSensitive
        self.isReadOnly = isReadOnly
        self.documentation = documentation
        self.synonyms = synonyms
    }

    /// Whether somebody set it.
    package var isOverride: Bool { source != .default && source != .unknown }

    /// Whether somebody set it to something else than its default, as far as both are told.
    package var differs: Bool {
        guard isOverride, !isSensitive, let defaultValue else { return isOverride }
        return value != defaultValue
    }
}
