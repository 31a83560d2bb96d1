extension ConfigCatalogue {
    /// Configs of a consumer group of the new protocol (KIP-848), which take the place of the brokers' settings.
    static let groupDefinitions: [ConfigDefinition] = [
        .init(
            GroupKeys.sessionTimeout, .int, "45000", .atLeast(1), synonyms: ["group.consumer.session.timeout.ms"],
            about: "After how long without a heartbeat a member of this group is taken out."),
        .init(
            GroupKeys.heartbeatInterval, .int, "5000", .atLeast(1), synonyms: ["group.consumer.heartbeat.interval.ms"],
            about: "How often a member of this group sends a heartbeat."),
    ]
}

/// The names of group configs.
package enum GroupKeys {
    package static let sessionTimeout = "consumer.session.timeout.ms"
    package static let heartbeatInterval = "consumer.heartbeat.interval.ms"
}
