import KafkaProtocol

/// Something that has configs, by Kafka's resource types.
package enum ConfigResource: Sendable, Hashable {
    case topic(String)
    case broker(BrokerID)
    /// The defaults of all brokers (`--entity-default`).
    case allBrokers
    case brokerLogger(BrokerID)
    case group(String)

    var type: Int8 {
        switch self {
        case .topic: 2
        case .broker, .allBrokers: 4
        case .brokerLogger: 8
        case .group: 32
        }
    }

    var name: String {
        switch self {
        case .topic(let name), .group(let name): name
        case .broker(let id), .brokerLogger(let id): "\(id)"
        case .allBrokers: ""
        }
    }

    init?(type: Int8, name: String) {
        switch type {
        case 2: self = .topic(name)
        case 4 where name.isEmpty: self = .allBrokers
        case 4:
            guard let id = BrokerID(name) else { return nil }
            self = .broker(id)
        case 8:
            guard let id = BrokerID(name) else { return nil }
            self = .brokerLogger(id)
        case 32: self = .group(name)
        default: return nil
        }
    }

    /// Configs of one broker are that broker's to tell.
    var destination: Destination {
        switch self {
        case .broker(let id), .brokerLogger(let id): .broker(id)
        case .topic, .allBrokers, .group: .any
        }
    }
}

/// The same for modules with resources of their own: the client is named like its module, so that what is in the module
/// cannot be named by it.
package typealias ConfigOwner = ConfigResource

/// The same for modules with changes of their own.
package typealias ConfigOwnerChange = ConfigChange

/// One config of a resource.
package struct ConfigValue: Sendable, Equatable {
    package var name: String
    /// nil when the broker keeps it to itself.
    package var value: String?
    package var isReadOnly: Bool
    package var isSensitive: Bool
    /// Whether nobody has set it for this resource.
    package var isDefault: Bool
    /// Where the value is from: 1 topic, 2 broker, 3 all brokers, 4 `server.properties`, 5 built in; −1 unknown.
    package var source: Int8
    package var documentation: String?
    /// Kafka's number of the type (KIP-569): 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class,
    /// 9 password; 0 unknown.
    package var type: Int8 = 0
    /// Every place that could supply the value, strongest first.
    package var synonyms: [ConfigSynonym] = []

    /// The value built in, as far as it was told (`details`).
    package var builtIn: String? { synonyms.last { $0.source == 5 }?.value ?? (source == 5 ? value : nil) }

    /// The type in a word; nil when it was not told.
    package var typeName: String? {
        let names = ["boolean", "string", "int", "short", "long", "double", "list", "class", "password"]
        return names.indices.contains(Int(type) - 1) ? names[Int(type) - 1] : nil
    }
}

/// A place that could supply the value of a config.
package struct ConfigSynonym: Sendable, Equatable {
    /// The name there: brokers have other names for what topics inherit.
    package var name: String
    /// nil when the broker keeps it to itself.
    package var value: String?
    /// As the source of a `ConfigValue`.
    package var source: Int8
}

/// A change of one config.
package enum ConfigChange: Sendable, Hashable {
    case set(String)
    /// Back to the default.
    case delete
    /// Adds words to a list.
    case append(String)
    /// Takes words from a list.
    case subtract(String)
}

extension KafkaClient {
    /// The configs of resources, each with its own result, sorted by name.
    ///
    /// - Parameters:
    ///   - keys: those of interest; nil is all.
    ///   - details: with documentation, and with every place that could supply the value.
    package func describeConfigs(
        _ resources: [ConfigResource], keys: [String]? = nil, details: Bool = false, timeout: Duration? = nil
    ) async -> Outcomes<ConfigResource, [ConfigValue]> {
        let deadline = deadline(timeout)
        return await byDestination(resources, deadline) { destination, resources in
            var request = DescribeConfigsRequest()
            request.includeDocumentation = details
            request.includeSynonyms = details
            request.resources = resources.map {
                var resource = DescribeConfigsRequest.Resource()
                resource.resourceType = $0.type
                resource.resourceName = $0.name
                resource.configurationKeys = keys
                return resource
            }
            let answer = try await self.call(request, to: destination, deadline: deadline)
            var outcomes: Outcomes<ConfigResource, [ConfigValue]> = [:]
            for result in answer.results {
                guard let resource = ConfigResource(type: result.resourceType, name: result.resourceName) else {
                    continue
                }
                outcomes[resource] = result.errorCode.outcome(
                    result.errorMessage, result.configs.map(ConfigValue.init).sorted { $0.name < $1.name })
            }
            return outcomes
        }
    }

    /// Changes single configs and leaves all others alone (KIP-339). Brokers without the API refuse: the older
    /// AlterConfigs would wipe what is not named.
    package func incrementalAlterConfigs(
        _ changes: [ConfigResource: [String: ConfigChange]], validateOnly: Bool = false, timeout: Duration? = nil
    ) async -> Outcomes<ConfigResource, Bool> {
        let deadline = deadline(timeout)
        return await byDestination(Array(changes.keys), deadline) { destination, resources in
            var request = IncrementalAlterConfigsRequest()
            request.validateOnly = validateOnly
            request.resources = resources.map { Self.alteration(of: $0, changes[$0] ?? [:]) }
            let answer = try await self.call(request, to: destination, deadline: deadline)
            var outcomes: Outcomes<ConfigResource, Bool> = [:]
            for result in answer.responses {
                guard let resource = ConfigResource(type: result.resourceType, name: result.resourceName) else {
                    continue
                }
                outcomes[resource] = result.errorCode.outcome(result.errorMessage, true)
            }
            return outcomes
        }
    }

    private static func alteration(
        of target: ConfigResource, _ changes: [String: ConfigChange]
    ) -> IncrementalAlterConfigsRequest.Resource {
        var resource = IncrementalAlterConfigsRequest.Resource()
        resource.resourceType = target.type
        resource.resourceName = target.name
        resource.configs = changes.sorted { $0.key < $1.key }.map { name, change in
            var config = IncrementalAlterConfigsRequest.Resource.Config()
            config.name = name
            (config.configOperation, config.value) = change.wire
            return config
        }
        return resource
    }

    /// Sends resources to where they belong, chunk by chunk; a broker that is down fails only its own.
    private func byDestination<Value: Sendable>(
        _ resources: [ConfigResource], _ deadline: Deadline,
        _ attempt: (Destination, [ConfigResource]) async throws -> Outcomes<ConfigResource, Value>
    ) async -> Outcomes<ConfigResource, Value> {
        var outcomes: Outcomes<ConfigResource, Value> = [:]
        for (destination, group) in Dictionary(grouping: resources, by: \.destination) {
            for start in stride(from: 0, to: group.count, by: ClientLimits.chunk) {
                let chunk = Array(group[start..<min(start + ClientLimits.chunk, group.count)])
                let part = await retrying(chunk, deadline: deadline) { try await attempt(destination, $0) }
                outcomes.merge(part) { $1 }
            }
        }
        return outcomes
    }
}

extension ConfigChange {
    fileprivate var wire: (Int8, String?) {
        switch self {
        case .set(let value): (0, value)
        case .delete: (1, nil)
        case .append(let value): (2, value)
        case .subtract(let value): (3, value)
        }
    }
}

extension ConfigValue {
    fileprivate init(_ config: DescribeConfigsResponse.Result.Config) {
        name = config.name
        value = config.value
        isReadOnly = config.readOnly
        isSensitive = config.isSensitive
        source = config.configSource
        // Version 0 has the flag, later ones the source.
        isDefault = config.isDefault || config.configSource == 5
        documentation = config.documentation
        type = config.configType
        synonyms = config.synonyms.map { ConfigSynonym(name: $0.name, value: $0.value, source: $0.source) }
    }
}
