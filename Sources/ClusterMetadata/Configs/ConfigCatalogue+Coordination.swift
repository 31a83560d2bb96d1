extension ConfigCatalogue {
    static let quorum: [ConfigDefinition] = [
        .init("controller.quorum.voters", .list, "", about: "The nodes that vote, as id@host:port."),
        .init(
            "controller.quorum.bootstrap.servers", .list, "", about: "Where a node first asks for the quorum's leader."),
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
            "controller.quorum.append.linger.ms", .int, "25",
            about: "How long the leader gathers records into one batch."),
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
        .init(
            "initial.broker.registration.timeout.ms", .int, "60000",
            about: "How long a broker tries to register before it gives up."),
        .init(
            "metadata.log.segment.bytes", .int, "1073741824", .atLeast(1),
            about: "How large a segment of the metadata log grows."),
        .init(
            "metadata.log.max.record.bytes.between.snapshots", .long, "20971520", .atLeast(1),
            about: "After how many bytes of metadata a snapshot is written."),
        .init(
            "metadata.log.max.snapshot.interval.ms", .long, "3600000", .atLeast(0),
            about: "After how long a snapshot is written."),
        .init(
            "metadata.max.retention.bytes", .long, "104857600", about: "How much metadata log and snapshots are kept."),
        .init("metadata.max.retention.ms", .long, "604800000", about: "How long metadata log and snapshots are kept."),
        .init(
            "metadata.max.idle.interval.ms", .int, "500", .atLeast(0),
            about: "How often the controller writes a record that says nothing."),
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
            "producer.id.expiration.ms", .int, "86400000", .atLeast(1), update: .clusterWide,
            about: "After how long a silent producer's sequence numbers are forgotten."),
        .init(
            "producer.id.expiration.check.interval.ms", .int, "600000", .atLeast(1),
            about: "How often it is looked for producers to forget."),
    ]
}
