extension ConfigCatalogue {
    static let topics: [ConfigDefinition] = [
        .init("num.partitions", .int, "1", .atLeast(1), about: "How many partitions a topic gets that does not say."),
        .init(
            "default.replication.factor", .int, "1", .atLeast(1),
            about: "How many replicas a topic gets that does not say."),
        .init(
            "auto.create.topics.enable", .boolean, "true",
            about: "Whether asking for a topic that does not exist makes it."),
        .init("delete.topic.enable", .boolean, "true", about: "Whether topics may be deleted."),
        .init("log.retention.minutes", .int, nil, about: "As log.retention.ms, in minutes."),
        .init("log.retention.hours", .int, "168", about: "As log.retention.ms, in hours."),
        .init("log.roll.hours", .int, "168", .atLeast(1), about: "As log.roll.ms, in hours."),
        .init("log.roll.jitter.hours", .int, "0", .atLeast(0), about: "As log.roll.jitter.ms, in hours."),
        .init(
            "log.flush.offset.checkpoint.interval.ms", .int, "60000", .atLeast(0),
            about: "How often it is written down how far logs are flushed."),
        .init(
            "log.retention.check.interval.ms", .long, "300000", .atLeast(1),
            about: "How often it is looked for segments to delete."),
        .init(
            "log.cleaner.backoff.ms", .long, "15000", .atLeast(0), update: .clusterWide,
            about: "How long the cleaner rests when there is nothing to do."),
        .init(
            "log.initial.task.delay.ms", .long, "30000", .atLeast(0),
            about: "How long after the start the first look for old segments happens."),
    ]

    static let replicas: [ConfigDefinition] = [
        .init("replica.lag.time.max.ms", .long, "30000", about: "After how long a follower that lags leaves the ISR."),
        .init("replica.fetch.wait.max.ms", .int, "500", about: "How long a fetch between brokers waits for more."),
        .init(
            "replica.fetch.backoff.ms", .int, "1000", .atLeast(0), about: "How long a follower rests after an error."),
        .init(
            "replica.high.watermark.checkpoint.interval.ms", .long, "5000",
            about: "How often high watermarks are written down."),
        .init(
            "leader.replication.throttled.rate", .long, "9223372036854775807", .atLeast(0), update: .clusterWide,
            about: "Bytes a second that a leader sends to throttled replicas."),
        .init(
            "follower.replication.throttled.rate", .long, "9223372036854775807", .atLeast(0), update: .clusterWide,
            about: "Bytes a second that throttled replicas fetch."),
        .init(
            "replica.alter.log.dirs.io.max.bytes.per.second", .long, "9223372036854775807", .atLeast(1),
            update: .clusterWide, about: "Bytes a second that moves between log directories copy."),
        .init(
            "replica.selector.class", .string, nil,
            .oneOf([
                "org.apache.kafka.common.replica.LeaderSelector",
                "org.apache.kafka.common.replica.RackAwareReplicaSelector",
            ]),
            about: "Which replica a consumer is sent to: the leader, or one in its own rack."),
        .init(
            "auto.leader.rebalance.enable", .boolean, "true",
            about: "Whether leadership returns to preferred leaders by itself."),
        .init(
            "leader.imbalance.check.interval.seconds", .long, "300", .atLeast(1),
            about: "How often it is looked for partitions not led by their preferred leader."),
        .init(
            "unclean.leader.election.interval.ms", .long, "300000", .atLeast(1),
            about: "How often it is looked for partitions that only an unclean election can help."),
    ]
}
