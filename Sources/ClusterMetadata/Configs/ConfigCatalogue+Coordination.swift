extension ConfigCatalogue {
    static let quorum: [ConfigDefinition] = [
        .init(
            "controller.quorum.voters", .list, "",
            about: "The nodes that vote, as id@host:port, where they never change (kraft.version 0)."),
        .init(
            "controller.quorum.bootstrap.servers", .list, "",
            about: "Where the leader of the metadata quorum is asked for, as host:port; who votes stands in its log."),
        .init(
            "controller.quorum.election.timeout.ms", .int, "1000",
            about: "How long a node waits for a leader before it stands for election."),
        .init(
            "controller.quorum.fetch.timeout.ms", .int, "2000",
            about: "How long a leader or follower waits for the other side before it gives up."),
        .init(
            "controller.quorum.election.backoff.max.ms", .int, "1000", about: "The longest pause between two elections."
        ),
        .init(
            "controller.quorum.request.timeout.ms", .int, "2000",
            about: "How long a request between quorum nodes may take."),
        .init(
            "controller.quorum.retry.backoff.ms", .int, "20",
            about: "How long a quorum node rests after a failed request."),
        .init(
            "broker.heartbeat.interval.ms", .int, "2000",
            about: "How often a broker tells the controller that it lives."),
        .init(
            "broker.session.timeout.ms", .int, "9000", about: "After how long without a heartbeat a broker is fenced."),
    ]

    static let quotas: [ConfigDefinition] = [
        .init(
            "quota.window.num", .int, "11", .atLeast(1),
            about: "Over how many samples the use of a client quota is measured."),
        .init(
            "quota.window.size.seconds", .int, "1", .atLeast(1),
            about: "How long each sample is by which the use of a client quota is measured."),
        .init(
            "controller.quota.window.num", .int, "11", .atLeast(1),
            about: "Over how many samples the making and deleting of partitions is measured."),
        .init(
            "controller.quota.window.size.seconds", .int, "1", .atLeast(1),
            about: "How long each sample is by which the making and deleting of partitions is measured."),
    ]

    static let connections: [ConfigDefinition] = [
        .init(
            "fetch.max.bytes", .int, "57671680", .atLeast(1_024),
            about: "How many bytes of records one answer to a fetch carries; a first batch may be larger."),
        .init(
            "max.incremental.fetch.session.cache.slots", .int, "1000", .atLeast(0),
            about: "How many fetch sessions the broker keeps."),
        .init(
            "connections.max.idle.ms", .long, "600000",
            about: "After how long without a byte a connection is closed."),
        .init(
            "socket.request.max.bytes", .int, "104857600", .atLeast(1),
            about: "How large a request may be; a larger one ends its connection."),
        .init(
            "max.connections", .int, "2147483647", .atLeast(0), update: .clusterWide,
            about: "How many connections the broker keeps; those that come then are closed."),
        .init(
            "max.connections.per.ip", .int, "2147483647", .atLeast(0), update: .clusterWide,
            about: "How many connections the broker keeps from one address."),
        .init(
            "max.connections.per.ip.overrides", .string, "", .addressCounts, update: .clusterWide,
            about: "Addresses with a limit of their own, as address:count, separated by commas."),
    ]

    static let coordinators: [ConfigDefinition] = [
        .init(
            "offsets.topic.num.partitions", .int, "50", .atLeast(1),
            about: "How many partitions the topic of group offsets gets."),
        .init(
            "offsets.topic.replication.factor", .short, "3", .atLeast(1),
            about: "How many replicas the topic of group offsets gets."),
        .init(
            "offsets.topic.segment.bytes", .int, "104857600", .atLeast(1),
            about: "The segment size of the topic of group offsets."),
        .init(
            "offsets.retention.minutes", .int, "10080", .atLeast(1),
            about: "How long the offsets of an empty group are kept."),
        .init(
            "offsets.retention.check.interval.ms", .long, "600000", .atLeast(1),
            about: "How often it is looked for offsets to forget."),
        .init(
            "offsets.commit.timeout.ms", .int, "5000", .atLeast(1),
            about: "How long a commit may wait for its replicas."),
        .init("offset.metadata.max.bytes", .int, "4096", about: "How long the text beside a committed offset may be."),
        .init(
            "group.min.session.timeout.ms", .int, "6000",
            about: "The shortest session timeout that a member may ask for."),
        .init(
            "group.max.session.timeout.ms", .int, "1800000",
            about: "The longest session timeout that a member may ask for."),
        .init("group.initial.rebalance.delay.ms", .int, "3000", about: "How long a new group waits for more members."),
        .init("group.max.size", .int, "2147483647", .atLeast(1), about: "How many members a group may have."),
        .init(
            "group.consumer.session.timeout.ms", .int, "45000", .within(1...60_000),
            about: "After how long without a heartbeat a member of the new consumer protocol is taken out."),
        .init(
            "group.consumer.heartbeat.interval.ms", .int, "5000", .within(1...15_000),
            about: "How often a member of the new consumer protocol sends a heartbeat."),
        .init(
            "group.consumer.min.session.timeout.ms", .int, "45000", .atLeast(1),
            about: "The shortest consumer.session.timeout.ms that a group may be given."),
        .init(
            "group.consumer.max.session.timeout.ms", .int, "60000", .atLeast(1),
            about: "The longest consumer.session.timeout.ms that a group may be given."),
        .init(
            "group.consumer.min.heartbeat.interval.ms", .int, "5000", .atLeast(1),
            about: "The shortest consumer.heartbeat.interval.ms that a group may be given."),
        .init(
            "group.consumer.max.heartbeat.interval.ms", .int, "15000", .atLeast(1),
            about: "The longest consumer.heartbeat.interval.ms that a group may be given."),
        .init(
            "group.consumer.max.size", .int, "2147483647", .atLeast(1),
            about: "How many members a group of the new consumer protocol may have."),
        .init(
            "group.consumer.assignors", .list, "uniform,range", .someOf(["uniform", "range"]),
            about: "The assignors that members of the new consumer protocol may ask for; the first is the default."),
        .init(
            "group.consumer.migration.policy", .string, "bidirectional",
            .oneOf(["bidirectional", "upgrade", "downgrade", "disabled"]),
            about: "Which way a group with members may change between the classic and the new consumer protocol."),
        .init(
            "transaction.state.log.num.partitions", .int, "50", .atLeast(1),
            about: "How many partitions the topic of transactional ids gets."),
        .init(
            "transaction.state.log.replication.factor", .short, "3", .atLeast(1),
            about: "How many replicas the topic of transactional ids gets."),
        .init(
            "transaction.state.log.min.isr", .int, "2", .atLeast(1),
            about: "How many replicas must have what the topic of transactional ids is told."),
        .init(
            "transaction.state.log.segment.bytes", .int, "104857600", .atLeast(1),
            about: "The segment size of the topic of transactional ids."),
        .init(
            "transaction.max.timeout.ms", .int, "900000", .atLeast(1),
            about: "The longest transaction timeout that a producer may ask for."),
        .init(
            "transactional.id.expiration.ms", .int, "604800000", .atLeast(1),
            about: "How long a transactional id without a transaction is kept."),
        .init(
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", .int, "10000", .atLeast(1),
            about: "How often it is looked for transactions that take too long."),
        .init(
            "transaction.remove.expired.transaction.cleanup.interval.ms", .int, "3600000", .atLeast(1),
            about: "How often it is looked for transactional ids to forget."),
        .init(
            "transaction.partition.verification.enable", .boolean, "true", update: .clusterWide,
            about: "Whether a partition asks the coordinator before it takes the first batch of a transaction."),
        .init(
            "producer.id.expiration.ms", .int, "86400000", .atLeast(1), update: .clusterWide,
            about: "How long a partition remembers a producer that sends nothing."),
        .init(
            "producer.id.expiration.check.interval.ms", .int, "600000", .atLeast(1),
            about: "How often it is looked for producers to forget."),
    ]
}
