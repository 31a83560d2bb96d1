import ClusterInsight
import KafkaClient
import KafkaProtocol

/// Configurations by the names the screen has for their owners.
extension KafkaClient {
    /// The configurations of a topic, a broker, or all brokers.
    func configs(of resource: ConfigResource, details: Bool = false) async -> Result<[ConfigValue], ClientError> {
        let timeout = Duration.seconds(5)
        let outcome =
            switch resource {
            case .topic(let name):
                await describeConfigs([.topic(name)], details: details, timeout: timeout).values.first
            case .broker(let id):
                await describeConfigs([.broker(id)], details: details, timeout: timeout).values.first
            case .allBrokers: await describeConfigs([.allBrokers], details: details, timeout: timeout).values.first
            }
        return outcome ?? .failure(.malformed("no answer"))
    }

    /// Changes single configurations, or only asks whether they could be changed.
    func alter(
        _ resource: ConfigResource, _ changes: [ConfigChange], validateOnly: Bool = false, timeout: Duration? = nil
    ) async -> Result<Bool, ClientError> {
        let pairs = changes.map { ($0.name, $0.value) }
        func sent<Change>(_ set: (String) -> Change, _ delete: Change) -> [String: Change] {
            Dictionary(pairs.map { ($0.0, $0.1.map(set) ?? delete) }, uniquingKeysWith: { a, _ in a })
        }
        let outcome =
            switch resource {
            case .topic(let name):
                await incrementalAlterConfigs(
                    [.topic(name): sent({ .set($0) }, .delete)], validateOnly: validateOnly, timeout: timeout
                ).values.first
            case .broker(let id):
                await incrementalAlterConfigs(
                    [.broker(id): sent({ .set($0) }, .delete)], validateOnly: validateOnly, timeout: timeout
                ).values.first
            case .allBrokers:
                await incrementalAlterConfigs(
                    [.allBrokers: sent({ .set($0) }, .delete)], validateOnly: validateOnly, timeout: timeout
                ).values.first
            }
        return outcome ?? .failure(.malformed("no answer"))
    }
}

extension ConfigResource {
    /// The source that a value has when it was set for this very owner.
    var ownEntrySource: ConfigEntry.Source {
        switch self {
        case .topic: .dynamicTopic
        case .broker: .dynamicBroker
        case .allBrokers: .dynamicDefault
        }
    }

    /// The same as Kafka's number.
    var ownSource: Int8 {
        switch self {
        case .topic: 1
        case .broker: 2
        case .allBrokers: 3
        }
    }
}

extension ConfigEntry {
    /// A configuration as a broker tells it.
    init(_ value: ConfigValue) {
        let source = Self.source(value.source)
        self.init(
            name: value.name, value: value.value, source: source,
            defaultValue: value.builtIn, isSensitive: value.isSensitive,
            isReadOnly: value.isReadOnly, documentation: value.documentation,
            synonyms: value.synonyms.map { Synonym(value: $0.value, source: Self.source($0.source)) })
        type = value.typeName
    }

    private static func source(_ number: Int8) -> Source {
        switch number {
        case 1: .dynamicTopic
        case 2: .dynamicBroker
        case 3: .dynamicDefault
        case 4: .staticBroker
        case 5: .default
        default: .unknown
        }
    }
}
