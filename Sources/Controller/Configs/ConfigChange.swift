import ClusterMetadata
import KafkaProtocol

/// A change of one resource's dynamic configs, checked as a whole: what it will have afterwards must be valid.
enum ConfigChange {
    /// Kafka's numbers of incremental operations (KIP-339).
    enum Operation: Int8 { case set = 0, delete = 1, append = 2, subtract = 3 }

    /// Checks that every key is known and every value is taken; null values are refused.
    static func validated(
        _ pairs: [(name: String, value: String?)], of resource: ConfigResource,
        definitions: [String: ConfigDefinition]
    ) throws -> [String: String] {
        var values: [String: String] = [:]
        for (name, value) in pairs {
            guard let value else { throw Refusal(.invalidConfig, "Null value not supported for : \(name)") }
            values[name] = value
        }
        try check(values, of: resource, definitions)
        return values
    }

    /// The set that results from edits of `current`.
    static func applying(
        _ edits: [IncrementalAlterConfigsRequest.Resource.Config], to current: [String: String],
        of resource: ConfigResource, definitions: [String: ConfigDefinition], effective: (String) -> String?
    ) throws -> [String: String] {
        var values = current
        var seen: Set<String> = []
        for edit in edits {
            guard seen.insert(edit.name).inserted else {
                throw Refusal(.invalidRequest, "Error due to duplicate config keys: \(edit.name)")
            }
            guard let operation = Operation(rawValue: edit.configOperation) else {
                throw Refusal(.invalidRequest, "Unknown operation \(edit.configOperation) for \(edit.name)")
            }
            if operation == .delete {
                values[edit.name] = nil
                continue
            }
            guard let value = edit.value else {
                throw Refusal(.invalidRequest, "Null value not supported for : \(edit.name)")
            }
            if operation == .set {
                values[edit.name] = value
                continue
            }
            guard definitions[edit.name]?.type == .list else {
                throw Refusal(.invalidConfig, "Can't \(operation) to key \(edit.name) because its type is not LIST.")
            }
            values[edit.name] = edited(values[edit.name] ?? effective(edit.name) ?? "", operation, value)
        }
        try check(values, of: resource, definitions)
        return values
    }

    private static func edited(_ current: String, _ operation: Operation, _ value: String) -> String {
        var items = current.configList
        for item in value.configList {
            if operation == .subtract {
                items.removeAll { $0 == item }
            } else if !items.contains(item) {
                items.append(item)
            }
        }
        return items.joined(separator: ",")
    }

    private static func check(
        _ values: [String: String], of resource: ConfigResource, _ definitions: [String: ConfigDefinition]
    ) throws {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard value.utf8.count <= Limits.configValueLength else {
                throw Refusal(.invalidConfig, "The value of \(name) is too long")
            }
            guard let definition = definitions[name] else {
                // Brokers keep names they do not know: plug-ins may.
                if resource.kind == .broker { continue }
                let kind = resource.kind == .group ? "group" : "topic"
                throw Refusal(.invalidConfig, "Unknown \(kind) config name: \(name)")
            }
            if resource.kind == .broker { try checkDynamic(definition) }
            if let problem = definition.problem(with: value) {
                throw Refusal(.invalidConfig, "Invalid value \(value) for configuration \(name): \(problem)")
            }
        }
        try checkLags(values)
    }

    private static func checkDynamic(_ definition: ConfigDefinition) throws {
        guard definition.updateMode == .clusterWide else {
            throw Refusal(.invalidRequest, "Cannot update these configs dynamically: \(definition.name)")
        }
    }

    private static func checkLags(_ values: [String: String]) throws {
        guard let low = values["min.compaction.lag.ms"].flatMap({ Int64($0) }),
            let high = values["max.compaction.lag.ms"].flatMap({ Int64($0) }), low > high
        else { return }
        throw Refusal(
            .invalidConfig,
            "conflict topic config setting min.compaction.lag.ms (\(low)) > max.compaction.lag.ms (\(high))")
    }
}
