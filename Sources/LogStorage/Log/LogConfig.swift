import KafkaProtocol

/// The settings of one partition's log, each named after its topic config; defaults are Kafka's.
package struct LogConfig: Sendable, Equatable {
    /// `segment.bytes`
    package var segmentBytes = 1 << 30
    /// `segment.ms`
    package var segmentMs: Int64 = 604_800_000
    /// `segment.jitter.ms`
    package var segmentJitterMs: Int64 = 0
    /// `segment.index.bytes`
    package var segmentIndexBytes = 10 << 20
    /// `preallocate`
    package var preallocates = false
    /// `index.interval.bytes`
    package var indexIntervalBytes = 4096
    /// `retention.ms`; −1 is for ever.
    package var retentionMs: Int64 = 604_800_000
    /// `retention.bytes`; −1 is no limit.
    package var retentionBytes: Int64 = -1
    /// `cleanup.policy` contains `delete`.
    package var deletes = true
    /// `cleanup.policy` contains `compact`.
    package var compacts = false
    /// `delete.retention.ms`: how long tombstones are readable after a compaction.
    package var deleteRetentionMs: Int64 = 86_400_000
    /// `file.delete.delay.ms`
    package var fileDeleteDelayMs: Int64 = 60_000
    /// `min.cleanable.dirty.ratio`
    package var minCleanableDirtyRatio = 0.5
    /// `min.compaction.lag.ms`
    package var minCompactionLagMs: Int64 = 0
    /// `max.compaction.lag.ms`
    package var maxCompactionLagMs = Int64.max
    /// `flush.messages`
    package var flushMessages = Int64.max
    /// `flush.ms`
    package var flushMs = Int64.max
    /// `producer.id.expiration.ms` (a broker config)
    package var producerIDExpirationMs: Int64 = 86_400_000
    /// What a round of compaction remembers; no setting.
    package var offsetMapBytes = StorageLimits.offsetMapBytes

    package init() {}
}
