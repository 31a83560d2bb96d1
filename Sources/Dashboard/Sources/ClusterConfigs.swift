import ClusterInsight
import KafkaClient
import KafkaProtocol

/// Configurations by the names the screen has for their owners.
extension KafkaClient {
    /// The configurations of topics and brokers, each with its own result.
    func configs(
        of resources: [ConfigResource], details: Bool = false
    ) async -> Outcomes<ConfigResource, [ConfigValue]> {
        let found = await describeConfigs(resources.map(\.owner), details: details, timeout: .seconds(5))
        return resources.reduce(into: [:]) { outcomes, resource in
            outcomes[resource] = found[resource.owner] ?? .failure(.malformed("no answer"))
        }
    }

    /// The values that owners have of their own now, of what is about to be changed. Who does not answer is left out, and so
    /// are passwords: nobody tells what they are, and without them they would be taken for unset.
    package func previous(_ alterations: [ConfigAlteration]) async -> [ConfigAlteration] {
        let found = await configs(of: alterations.map(\.resource))
        return alterations.compactMap { alteration in
            guard case .success(let values)? = found[alteration.resource] else { return nil }
            let changes = alteration.changes.compactMap { change -> ConfigChange? in
                let own = values.first { $0.name == change.name && $0.source == alteration.resource.ownSource }
                let isSecret = own?.isSensitive == true || ConfigText.isSecret(change.name)
                return isSecret ? nil : ConfigChange(name: change.name, value: own?.value)
            }
            return changes.isEmpty ? nil : ConfigAlteration(alteration.resource, changes)
        }
    }

    /// Changes single configurations of several owners in one request, or only asks whether they could be changed.
    func alter(
        _ alterations: [ConfigAlteration], validateOnly: Bool = false, timeout: Duration? = nil
    ) async -> Outcomes<ConfigResource, Bool> {
        let outcomes = await incrementalAlterConfigs(
            alterations.reduce(into: [:]) { all, alteration in
                all[alteration.resource.owner] = alteration.sent({ .set($0) }, .delete)
            }, validateOnly: validateOnly, timeout: timeout)
        return alterations.reduce(into: [:]) { all, alteration in
            all[alteration.resource] = outcomes[alteration.resource.owner] ?? .failure(.malformed("no answer"))
        }
    }
}

extension ConfigAlteration {
    fileprivate func sent<Sent>(_ set: (String) -> Sent, _ delete: Sent) -> [String: Sent] {
        Dictionary(changes.map { ($0.name, $0.value.map(set) ?? delete) }, uniquingKeysWith: { a, _ in a })
    }
}

extension ConfigResource {
    fileprivate var owner: ConfigOwner {
        switch self {
        case .topic(let name): .topic(name)
        case .broker(let id): .broker(id)
        case .allBrokers: .allBrokers
        case .loggers(let id): .brokerLogger(id)
        }
    }
}

extension ConfigResource {
    /// The source that a value has when it was set for this very owner.
    var ownEntrySource: ConfigEntry.Source {
        switch self {
        case .topic: .dynamicTopic
        case .broker: .dynamicBroker
        case .allBrokers: .dynamicDefault
        case .loggers: .dynamicLogger
        }
    }

    /// The same as Kafka's number.
    var ownSource: Int8 {
        switch self {
        case .topic: 1
        case .broker: 2
        case .allBrokers: 3
        case .loggers: 6
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
        case 6: .dynamicLogger
        default: .unknown
        }
    }
}
