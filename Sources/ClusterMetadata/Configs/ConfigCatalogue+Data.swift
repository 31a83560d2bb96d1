extension ConfigCatalogue {
    static let network: [ConfigDefinition] = [
        .init(
            "num.network.threads", .int, "3", .atLeast(1), update: .clusterWide,
            about: "How many threads move bytes; Klamm uses one loop for all."),
        .init(
            "num.io.threads", .int, "8", .atLeast(1), update: .clusterWide,
            about: "How many threads work on requests; Klamm uses one loop for all."),
        .init(
            "background.threads", .int, "10", .atLeast(1), update: .clusterWide,
            about: "How many threads do work in the background."),
        .init(
            "queued.max.requests", .int, "500", .atLeast(1),
            about: "How many requests may wait before the broker stops reading."),
        .init("queued.max.request.bytes", .long, "-1", about: "How many bytes of requests may wait; -1 sets no limit."),
        .init(
            "socket.send.buffer.bytes", .int, "102400", .atLeast(-1),
            about: "The send buffer of a socket; -1 is the system's default."),
        .init(
            "socket.receive.buffer.bytes", .int, "102400", .atLeast(-1),
            about: "The receive buffer of a socket; -1 is the system's default."),
        .init("socket.request.max.bytes", .int, "104857600", .atLeast(1), about: "The largest request that is read."),
        .init(
            "socket.listen.backlog.size", .int, "50", .atLeast(1),
            about: "How many connections may wait to be accepted."),
        .init("connections.max.idle.ms", .long, "600000", about: "After how long a silent connection is closed."),
        .init(
            "max.connections", .int, "2147483647", .atLeast(0), update: .clusterWide,
            about: "How many connections the broker holds."),
        .init(
            "max.connections.per.ip", .int, "2147483647", .atLeast(0), update: .clusterWide,
            about: "How many connections one address may hold."),
        .init(
            "max.connections.per.ip.overrides", .string, "", update: .clusterWide,
            about: "Other limits of connections for single addresses."),
        .init(
            "max.connection.creation.rate", .int, "2147483647", .atLeast(0), update: .clusterWide,
            about: "How many connections a second are accepted."),
        .init(
            "connection.failed.authentication.delay.ms", .int, "100", .atLeast(0),
            about: "How long a failed login waits before its connection is closed."),
        .init("request.timeout.ms", .int, "30000", about: "How long a request between brokers may take."),
        .init("quota.window.num", .int, "11", .atLeast(1), about: "How many samples a client quota is measured over."),
        .init("quota.window.size.seconds", .int, "1", .atLeast(1), about: "How long one sample of a client quota is."),
        .init("fetch.max.bytes", .int, "57671680", .atLeast(1), about: "The most that one Fetch answer carries."),
        .init(
            "max.incremental.fetch.session.cache.slots", .int, "1000", .atLeast(0),
            about: "How many fetch sessions are remembered."),
    ]

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
            "log.retention.check.interval.ms", .long, "300000", .atLeast(1),
            about: "How often it is looked for segments to delete."),
        .init(
            "log.flush.scheduler.interval.ms", .long, "9223372036854775807",
            about: "How often it is looked for logs to flush."),
        .init(
            "log.flush.offset.checkpoint.interval.ms", .int, "60000", .atLeast(0),
            about: "How often it is written down how far logs are flushed."),
        .init(
            "log.flush.start.offset.checkpoint.interval.ms", .int, "60000", .atLeast(0),
            about: "How often it is written down where logs begin."),
        .init("log.cleaner.enable", .boolean, "true", about: "Whether logs are compacted at all."),
        .init(
            "log.cleaner.threads", .int, "1", .atLeast(0), update: .clusterWide, about: "How many threads compact logs."
        ),
        .init(
            "log.cleaner.backoff.ms", .long, "15000", .atLeast(0), update: .clusterWide,
            about: "How long the cleaner rests when there is nothing to do."),
        .init(
            "log.cleaner.dedupe.buffer.size", .long, "134217728", update: .clusterWide,
            about: "How much memory the cleaner's map of keys takes."),
        .init(
            "log.cleaner.io.buffer.size", .int, "524288", .atLeast(0), update: .clusterWide,
            about: "How large the cleaner's buffers are."),
        .init(
            "log.cleaner.io.buffer.load.factor", .double, "0.9", update: .clusterWide,
            about: "How full the cleaner's map of keys may become."),
        .init(
            "log.cleaner.io.max.bytes.per.second", .double, "1.7976931348623157E308", update: .clusterWide,
            about: "How fast the cleaner may read and write."),
        .init(
            "num.recovery.threads.per.data.dir", .int, "2", .atLeast(1), update: .clusterWide,
            about: "How many threads recover logs at start."),
        .init(
            "log.initial.task.delay.ms", .long, "30000", .atLeast(0),
            about: "How long after the start the first look for old segments happens."),
    ]

    static let replicas: [ConfigDefinition] = [
        .init(
            "num.replica.fetchers", .int, "1", update: .clusterWide,
            about: "How many connections fetch from each other broker."),
        .init("replica.lag.time.max.ms", .long, "30000", about: "After how long a follower that lags leaves the ISR."),
        .init(
            "replica.fetch.max.bytes", .int, "1048576", .atLeast(0),
            about: "How much of a partition one fetch between brokers asks for."),
        .init(
            "replica.fetch.response.max.bytes", .int, "10485760", .atLeast(0),
            about: "The most that one fetch between brokers carries."),
        .init(
            "replica.fetch.min.bytes", .int, "1",
            about: "How much must be there before a fetch between brokers is answered."),
        .init("replica.fetch.wait.max.ms", .int, "500", about: "How long a fetch between brokers waits for more."),
        .init(
            "replica.fetch.backoff.ms", .int, "1000", .atLeast(0), about: "How long a follower rests after an error."),
        .init(
            "replica.high.watermark.checkpoint.interval.ms", .long, "5000",
            about: "How often high watermarks are written down."),
        .init("replica.socket.timeout.ms", .int, "30000", about: "How long a follower waits for its leader."),
        .init("replica.socket.receive.buffer.bytes", .int, "65536", about: "The receive buffer of a fetching socket."),
        .init(
            "replica.selector.class", .string, nil,
            about: "How a consumer's nearest replica is chosen; none means always the leader."),
        .init(
            "leader.replication.throttled.rate", .long, "9223372036854775807", .atLeast(0), update: .clusterWide,
            about: "Bytes a second that a leader sends to throttled replicas."),
        .init(
            "follower.replication.throttled.rate", .long, "9223372036854775807", .atLeast(0), update: .clusterWide,
            about: "Bytes a second that throttled replicas fetch."),
        .init(
            "replica.alter.log.dirs.io.max.bytes.per.second", .long, "9223372036854775807", .atLeast(0),
            update: .clusterWide,
            about: "Bytes a second for moves between directories."),
        .init(
            "auto.leader.rebalance.enable", .boolean, "true",
            about: "Whether leadership returns to preferred leaders by itself."),
        .init(
            "leader.imbalance.check.interval.seconds", .long, "300", .atLeast(1),
            about: "How often it is looked for partitions not led by their preferred leader."),
        .init(
            "leader.imbalance.per.broker.percentage", .int, "10",
            about: "Kept for old files; every imbalance is mended."),
        .init(
            "unclean.leader.election.interval.ms", .long, "300000", .atLeast(1),
            about: "How often it is looked for partitions that only an unclean election can help."),
        .init(
            "controlled.shutdown.enable", .boolean, "true",
            about: "Whether a broker hands over its partitions before it stops."),
        .init(
            "fetch.purgatory.purge.interval.requests", .int, "1000",
            about: "After how many requests finished fetches are swept out."),
        .init(
            "producer.purgatory.purge.interval.requests", .int, "1000",
            about: "After how many requests finished writes are swept out."),
    ]
}
