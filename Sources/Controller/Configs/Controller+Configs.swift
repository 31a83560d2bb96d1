import ClusterMetadata
import KafkaProtocol

extension Controller {
    /// Edits single configs; a resource with one bad edit stays as it was.
    package func decide(
        _ request: IncrementalAlterConfigsRequest, version: Int16, now: Int64
    ) -> Decision<AlterConfigsResponse> {
        var draft = Draft(image)
        var response = AlterConfigsResponse()
        let resources = request.resources.map {
            ConfigResource(kind: .init(rawValue: $0.resourceType), name: $0.resourceName)
        }
        var repeats = Repeats(resources)
        for (resource, edits) in zip(resources, request.resources) {
            guard let isRepeated = repeats.next(resource) else { continue }
            let refusal = draft.attempt { draft in
                if isRepeated { throw Refusal(.invalidRequest, "Error due to duplicate config resource") }
                let definitions = try definitions(for: resource, draft.image)
                let image = draft.image
                let values = try ConfigChange.applying(
                    edits.configs, to: image.config(resource), of: resource, definitions: definitions
                ) { name in
                    definitions[name].flatMap { settings.configs.effective($0, of: resource, in: image).value }
                }
                try GroupConfigRules.check(values, of: resource, settings.configs, image)
                replace(resource, values, &draft)
            }
            response.responses.append(
                .init(edits.resourceType, edits.resourceName, refusal?.code ?? .none, refusal?.message))
        }
        return request.validateOnly ? Decision(response: response) : draft.decided(response)
    }

    /// Replaces the whole dynamic set of each resource: what is not named is removed.
    package func decide(
        _ request: AlterConfigsRequest, version: Int16, now: Int64
    ) -> Decision<AlterConfigsResponse> {
        var draft = Draft(image)
        var response = AlterConfigsResponse()
        let resources = request.resources.map {
            ConfigResource(kind: .init(rawValue: $0.resourceType), name: $0.resourceName)
        }
        var repeats = Repeats(resources)
        for (resource, wanted) in zip(resources, request.resources) {
            guard let isRepeated = repeats.next(resource) else { continue }
            let refusal = draft.attempt { draft in
                if isRepeated { throw Refusal(.invalidRequest, "Error due to duplicate config resource") }
                let definitions = try definitions(for: resource, draft.image)
                let pairs = wanted.configs.map { (name: $0.name, value: $0.value) }
                guard Set(pairs.map(\.name)).count == pairs.count else {
                    throw Refusal(.invalidRequest, "Error due to duplicate config keys")
                }
                let values = try ConfigChange.validated(pairs, of: resource, definitions: definitions)
                try GroupConfigRules.check(values, of: resource, settings.configs, draft.image)
                replace(resource, values, &draft)
            }
            response.responses.append(
                .init(wanted.resourceType, wanted.resourceName, refusal?.code ?? .none, refusal?.message))
        }
        return request.validateOnly ? Decision(response: response) : draft.decided(response)
    }

    private func definitions(
        for resource: ConfigResource, _ image: MetadataImage
    ) throws -> [String: ConfigDefinition] {
        guard let definitions = ConfigCatalogue.definitions(of: resource.kind) else {
            throw Refusal(.invalidRequest, "Unknown or unsupported resource type \(resource.kind.rawValue)")
        }
        switch resource.kind {
        case .topic:
            guard image.topicIDs[resource.name] != nil else {
                throw Refusal(.unknownTopicOrPartition, "The topic '\(resource.name)' does not exist.")
            }
        case .broker where resource != .defaultBroker:
            guard let id = Int32(resource.name) else {
                throw Refusal(.invalidRequest, "Node id must be an integer, but it is: \(resource.name)")
            }
            guard image.brokers[id] != nil || id == settings.configs.brokerID else {
                throw Refusal(.brokerIdNotRegistered, "No node with id \(id) found.")
            }
        case .group where resource.name.isEmpty:
            throw Refusal(.invalidRequest, "Default group resources are not allowed.")
        default: break
        }
        return definitions
    }

    private func replace(_ resource: ConfigResource, _ values: [String: String], _ draft: inout Draft) {
        let old = draft.image.config(resource)
        for name in Set(old.keys).union(values.keys).sorted() where old[name] != values[name] {
            draft.append(.config(ConfigRecord(resource: resource, name: name, value: values[name])))
            if name == Self.minISRKey { reconsiderEligible(resource.kind == .topic ? resource.name : nil, &draft) }
        }
    }
}

/// Resources that a request names more than once get one answer, an error.
private struct Repeats {
    private let counts: [ConfigResource: Int]
    private var answered: Set<ConfigResource> = []

    init(_ resources: [ConfigResource]) {
        counts = Dictionary(resources.map { ($0, 1) }, uniquingKeysWith: +)
    }

    /// Whether the resource is repeated; nil when it was answered already.
    mutating func next(_ resource: ConfigResource) -> Bool? {
        answered.insert(resource).inserted ? counts[resource] != 1 : nil
    }
}
