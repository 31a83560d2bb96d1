/// The configs of a topic as values, ready for the log and the replicas.
package struct TopicConfig: Sendable, Equatable {
    /// What becomes of old segments.
    package struct CleanupPolicy: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        package static let delete = CleanupPolicy(rawValue: 1)
        package static let compact = CleanupPolicy(rawValue: 2)
    }

    /// Whose clock stamps the records.
    package enum TimestampType: String, Sendable {
        case createTime = "CreateTime"
        case logAppendTime = "LogAppendTime"
    }

    package var cleanupPolicy: CleanupPolicy = .delete
    /// −1 is for ever.
    package var retentionMs: Int64 = 604_800_000
    /// −1 is no limit.
    package var retentionBytes: Int64 = -1
    package var fileDeleteDelayMs: Int64 = 60_000
    package var deleteRetentionMs: Int64 = 86_400_000
    package var segmentBytes: Int64 = 1_073_741_824
    package var segmentMs: Int64 = 604_800_000
    package var segmentJitterMs: Int64 = 0
    package var segmentIndexBytes: Int64 = 10_485_760
    package var indexIntervalBytes: Int64 = 4096
    package var preallocate = false
    package var flushMessages = Int64.max
    package var flushMs = Int64.max
    package var minCleanableDirtyRatio = 0.5
    package var minCompactionLagMs: Int64 = 0
    package var maxCompactionLagMs = Int64.max
    package var maxMessageBytes: Int64 = 1_048_588
    /// `producer` or the name of a codec.
    package var compressionType = "producer"
    package var compressionGzipLevel: Int64 = -1
    package var compressionLz4Level: Int64 = 9
    package var compressionZstdLevel: Int64 = 3
    package var timestampType = TimestampType.createTime
    package var timestampBeforeMaxMs = Int64.max
    package var timestampAfterMaxMs: Int64 = 3_600_000
    package var minInsyncReplicas: Int64 = 1
    package var uncleanLeaderElection = false
    /// `partition:broker` pairs, or `*`.
    package var leaderThrottledReplicas: Set<String> = []
    package var followerThrottledReplicas: Set<String> = []

    /// Kafka's defaults.
    package init() {}

    /// Reads every config through `values`, which gives the valid values of a key, strongest first.
    init(_ values: (String) -> [String]) {
        func text(_ key: String, _ target: inout String) { values(key).first.map { target = $0 } }
        func number(_ key: String, _ target: inout Int64) {
            values(key).first.flatMap { Int64($0) }.map { target = $0 }
        }
        func truth(_ key: String, _ target: inout Bool) { values(key).first.map { target = $0.lowercased() == "true" } }
        func list(_ key: String, _ target: inout [String]) { values(key).first.map { target = $0.configList } }

        // An empty list is a policy too: neither deletes nor compacts.
        var policies = ["delete"]
        list("cleanup.policy", &policies)
        cleanupPolicy = []
        if policies.contains("delete") { cleanupPolicy.insert(.delete) }
        if policies.contains("compact") { cleanupPolicy.insert(.compact) }
        number("retention.ms", &retentionMs)
        number("retention.bytes", &retentionBytes)
        number("file.delete.delay.ms", &fileDeleteDelayMs)
        number("delete.retention.ms", &deleteRetentionMs)
        number("segment.bytes", &segmentBytes)
        number("segment.ms", &segmentMs)
        number("segment.jitter.ms", &segmentJitterMs)
        number("segment.index.bytes", &segmentIndexBytes)
        number("index.interval.bytes", &indexIntervalBytes)
        truth("preallocate", &preallocate)
        number("flush.messages", &flushMessages)
        number("flush.ms", &flushMs)
        values("min.cleanable.dirty.ratio").first.flatMap { Double($0) }.map { minCleanableDirtyRatio = $0 }
        number("min.compaction.lag.ms", &minCompactionLagMs)
        number("max.compaction.lag.ms", &maxCompactionLagMs)
        number("max.message.bytes", &maxMessageBytes)
        text("compression.type", &compressionType)
        number("compression.gzip.level", &compressionGzipLevel)
        number("compression.lz4.level", &compressionLz4Level)
        number("compression.zstd.level", &compressionZstdLevel)
        values("message.timestamp.type").first.flatMap(TimestampType.init).map { timestampType = $0 }
        number("message.timestamp.before.max.ms", &timestampBeforeMaxMs)
        number("message.timestamp.after.max.ms", &timestampAfterMaxMs)
        number("min.insync.replicas", &minInsyncReplicas)
        truth("unclean.leader.election.enable", &uncleanLeaderElection)
        // Every fetch looks into these, and a large topic lists thousands.
        values("leader.replication.throttled.replicas").first.map { leaderThrottledReplicas = Set($0.configList) }
        values("follower.replication.throttled.replicas").first.map { followerThrottledReplicas = Set($0.configList) }
    }
}
