extension ConfigCatalogue {
    private static let hour: Int64 = 3_600_000
    private static let never = String(Int64.max)
    private static let codecs = ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]

    static let topicDefinitions: [ConfigDefinition] = retention + rolling + compaction + records + replication

    private static let retention: [ConfigDefinition] = [
        .init(
            "cleanup.policy", .list, "delete", .anyOf(["delete", "compact"]), synonyms: ["log.cleanup.policy"],
            about: "Whether old segments are deleted, or only the last value of each key is kept, or both, or neither."
        ),
        .init(
            "retention.ms", .long, "604800000", .atLeast(-1),
            synonyms: [
                "log.retention.ms", .init("log.retention.minutes", scale: 60_000),
                .init("log.retention.hours", scale: hour),
            ], about: "How long records are kept before their segment may be deleted; -1 keeps them for ever."),
        .init(
            "retention.bytes", .long, "-1", synonyms: ["log.retention.bytes"],
            about: "How large a partition may grow before its oldest segments are deleted; -1 sets no limit."),
        .init(
            "file.delete.delay.ms", .long, "60000", .atLeast(0), synonyms: ["log.segment.delete.delay.ms"],
            about: "How long the files of a deleted segment stay on disk."),
        .init(
            "delete.retention.ms", .long, "86400000", .atLeast(0), synonyms: ["log.cleaner.delete.retention.ms"],
            about: "How long a compacted topic keeps the mark that a key was deleted."),
    ]

    private static let rolling: [ConfigDefinition] = [
        .init(
            "segment.bytes", .int, "1073741824", .atLeast(14), synonyms: ["log.segment.bytes"],
            about: "How large a segment grows before the next one is begun."),
        .init(
            "segment.ms", .long, "604800000", .atLeast(1),
            synonyms: ["log.roll.ms", .init("log.roll.hours", scale: hour)],
            about: "How old a segment may become before the next one is begun even if it is not full."),
        .init(
            "segment.jitter.ms", .long, "0", .atLeast(0),
            synonyms: ["log.roll.jitter.ms", .init("log.roll.jitter.hours", scale: hour)],
            about: "By how much, at most, the age of a segment is shortened by chance, so that not all roll at once."),
        .init(
            "segment.index.bytes", .int, "10485760", .atLeast(4), synonyms: ["log.index.size.max.bytes"],
            about: "How large the offset index of a segment may become."),
        .init(
            "index.interval.bytes", .int, "4096", .atLeast(0), synonyms: ["log.index.interval.bytes"],
            about: "How many bytes of records lie between two entries of the index."),
        .init(
            "preallocate", .boolean, "false", synonyms: ["log.preallocate"],
            about: "Whether the disk keeps room for all of a new segment from its start."),
        .init(
            "flush.messages", .long, never, .atLeast(1), synonyms: ["log.flush.interval.messages"],
            about: "After how many records the log is forced to disk."),
        .init(
            "flush.ms", .long, never, .atLeast(0), synonyms: ["log.flush.interval.ms"],
            about: "After how many milliseconds the log is forced to disk."),
    ]

    private static let compaction: [ConfigDefinition] = [
        .init(
            "min.cleanable.dirty.ratio", .double, "0.5", .share, synonyms: ["log.cleaner.min.cleanable.ratio"],
            about: "How large a share of a log must be uncleaned before it is compacted."),
        .init(
            "min.compaction.lag.ms", .long, "0", .atLeast(0), synonyms: ["log.cleaner.min.compaction.lag.ms"],
            about: "How long a record stays untouched by compaction."),
        .init(
            "max.compaction.lag.ms", .long, never, .atLeast(1), synonyms: ["log.cleaner.max.compaction.lag.ms"],
            about: "After how long a record must have been compacted even if little is uncleaned."),
    ]

    private static let records: [ConfigDefinition] = [
        .init(
            "max.message.bytes", .int, "1048588", .atLeast(0), synonyms: ["message.max.bytes"],
            about: "How large a record batch may be, after compression."),
        .init(
            "compression.type", .string, "producer", .oneOf(codecs), synonyms: ["compression.type"],
            about: "The codec that batches are stored in; producer keeps what the producer chose."),
        .init(
            "compression.gzip.level", .int, "-1", .within(-1...9), synonyms: ["compression.gzip.level"],
            about: "The effort of gzip from 1 to 9; -1 is its own default."),
        .init(
            "compression.lz4.level", .int, "9", .within(1...17), synonyms: ["compression.lz4.level"],
            about: "The effort of lz4 from 1 to 17; one is used whatever is asked for."),
        .init(
            "compression.zstd.level", .int, "3", .within(-131_072...22), synonyms: ["compression.zstd.level"],
            about: "The effort of zstd; higher is smaller and slower."),
        .init(
            "message.timestamp.type", .string, "CreateTime", .oneOf(["CreateTime", "LogAppendTime"]),
            synonyms: ["log.message.timestamp.type"],
            about: "Whether records carry the time at which they were made or at which the broker appended them."),
        .init(
            "message.timestamp.before.max.ms", .long, never, .atLeast(0),
            synonyms: ["log.message.timestamp.before.max.ms"],
            about: "How far behind the broker's clock a record's timestamp may lie."),
        .init(
            "message.timestamp.after.max.ms", .long, "3600000", .atLeast(0),
            synonyms: ["log.message.timestamp.after.max.ms"],
            about: "How far ahead of the broker's clock a record's timestamp may lie."),
    ]

    private static let replication: [ConfigDefinition] = [
        .init(
            "min.insync.replicas", .int, "1", .atLeast(1), synonyms: ["min.insync.replicas"],
            about: "How many replicas must be in sync for a write with acks=all to be taken."),
        .init(
            "unclean.leader.election.enable", .boolean, "false", synonyms: ["unclean.leader.election.enable"],
            about: "Whether a replica that lacks records may lead when none in sync is left; records can be lost."),
        .init(
            "leader.replication.throttled.replicas", .list, "", .throttledReplicas,
            about: "The replicas whose fetches their leader slows down."),
        .init(
            "follower.replication.throttled.replicas", .list, "", .throttledReplicas,
            about: "The replicas that slow down their own fetching."),
    ]
}
