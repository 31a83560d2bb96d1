import ClusterMetadata
import KafkaProtocol

/// What the brokers' settings allow in the configs of a consumer group (KIP-848).
enum GroupConfigRules {
    /// Refuses values outside of the brokers' limits, and a session that a heartbeat could not keep up.
    static func check(
        _ values: [String: String], of resource: ConfigResource, _ configs: ConfigView, _ image: MetadataImage
    ) throws {
        guard resource.kind == .group, !values.isEmpty else { return }
        for (key, name) in [
            (GroupKeys.sessionTimeout, "session.timeout.ms"), (GroupKeys.heartbeatInterval, "heartbeat.interval.ms"),
        ] {
            guard let value = values[key].flatMap({ Int64($0.trimmed) }) else { continue }
            let (lowest, highest) = ("group.consumer.min.\(name)", "group.consumer.max.\(name)")
            if value < configs.int(lowest, in: image) {
                throw Refusal(.invalidConfig, "\(key) must be greater than or equal to \(lowest)")
            }
            if value > configs.int(highest, in: image) {
                throw Refusal(.invalidConfig, "\(key) must be less than or equal to \(highest)")
            }
        }
        func holding(_ key: String) -> Int64 {
            values[key].flatMap { Int64($0.trimmed) } ?? configs.int("group.\(key)", in: image)
        }
        guard holding(GroupKeys.sessionTimeout) > holding(GroupKeys.heartbeatInterval) else {
            throw Refusal(
                .invalidConfig, "\(GroupKeys.sessionTimeout) must be greater than \(GroupKeys.heartbeatInterval)")
        }
    }
}
