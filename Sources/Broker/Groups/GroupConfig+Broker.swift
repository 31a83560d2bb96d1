import ClusterMetadata
import Coordinators

extension GroupConfig {
    /// The settings for groups in `server.properties`.
    package init(_ config: BrokerConfig) throws {
        self.init()
        func milliseconds(_ key: String, _ fallback: Int32, atLeast minimum: Int64 = 0) throws -> Int32 {
            Int32(clamping: try config.int(key, Int64(fallback), atLeast: minimum))
        }
        minSessionTimeoutMs = try milliseconds("group.min.session.timeout.ms", minSessionTimeoutMs)
        maxSessionTimeoutMs = try milliseconds("group.max.session.timeout.ms", maxSessionTimeoutMs)
        initialRebalanceDelayMs = try config.int("group.initial.rebalance.delay.ms", initialRebalanceDelayMs)
        maxSize = Int(try config.int("group.max.size", Int64(Int32.max), atLeast: 1))
        offsetMetadataMaxBytes = Int(try config.int("offset.metadata.max.bytes", Int64(offsetMetadataMaxBytes)))
        let minutes = try config.int("offsets.retention.minutes", offsetsRetentionMs / 60_000, atLeast: 1)
        offsetsRetentionMs = min(minutes, Int64(Int32.max)) * 60_000
        offsetsRetentionCheckIntervalMs = try config.int(
            "offsets.retention.check.interval.ms", offsetsRetentionCheckIntervalMs, atLeast: 1)
        consumerSessionTimeoutMs = try config.int("group.consumer.session.timeout.ms", consumerSessionTimeoutMs)
        consumerHeartbeatIntervalMs = try milliseconds(
            "group.consumer.heartbeat.interval.ms", consumerHeartbeatIntervalMs)
        consumerMaxSize = Int(try config.int("group.consumer.max.size", Int64(Int32.max), atLeast: 1))
        if let names = config.values["group.consumer.assignors"] {
            consumerAssignors = names.configList.compactMap { TargetAssignor(rawValue: $0) }
        }
        if let name = config.values["group.consumer.migration.policy"] {
            migrationPolicy = MigrationPolicy(rawValue: name.trimmed.lowercased()) ?? migrationPolicy
        }
        commitTimeoutMs = try config.int("offsets.commit.timeout.ms", commitTimeoutMs, atLeast: 1)
    }
}
