import ClusterInsight

@testable import Dashboard

/// Configurations, a log and a journal as the drawn details show them.
enum Configs {
    private static func entry(
        _ name: String, _ value: String?, _ source: ConfigEntry.Source, default standard: String? = nil,
        restart: Bool = false
    ) -> ConfigEntry {
        ConfigEntry(
            name: name, value: value, source: source, defaultValue: standard ?? (source == .default ? value : nil),
            isReadOnly: restart)
    }

    /// Broker 3, with as many further defaults as it has.
    static let broker: [ConfigEntry] = {
        var throttle = entry("leader.replication.throttled.rate", "10485760", .dynamicBroker)
        throttle.documentation =
            "Upper bound on replication traffic this broker sends as leader for throttled replicas."
        throttle.synonyms = [ConfigEntry.Synonym(value: "10485760", source: .dynamicBroker)]
        var password = entry("ssl.keystore.password", nil, .staticBroker)
        password.isSensitive = true
        let shown = [
            throttle, entry("broker.rack", "c", .staticBroker, restart: true),
            entry("broker.session.timeout.ms", "1500", .staticBroker, default: "9000", restart: true),
            entry("broker.heartbeat.interval.ms", "300", .staticBroker, default: "2000", restart: true),
            entry("group.initial.rebalance.delay.ms", "0", .staticBroker, default: "3000", restart: true),
            entry("log.dirs", "data/3", .staticBroker, default: "/tmp/kafka-logs", restart: true),
            entry("min.insync.replicas", "2", .dynamicDefault, default: "1"),
            entry("replica.lag.time.max.ms", "3000", .staticBroker, default: "30000", restart: true),
            entry("advertised.listeners", "PLAINTEXT://127.0.0.1:9094", .default, default: "none"),
            entry("auto.create.topics.enable", "true", .default, restart: true),
            entry("compression.type", "producer", .default),
            entry("default.replication.factor", "1", .default, restart: true),
            entry("delete.topic.enable", "true", .default, restart: true),
            entry("fetch.max.bytes", "57671680", .default, restart: true),
            entry("group.max.session.timeout.ms", "1800000", .default, restart: true),
            entry("log.retention.bytes", "-1", .default), entry("log.retention.ms", "604800000", .default),
            entry("log.segment.bytes", "1073741824", .default), entry("message.max.bytes", "1048588", .default),
            entry("num.io.threads", "8", .default), password,
        ]
        return shown + (shown.count..<214).map { entry("z.\($0)", "0", .default) }
    }()

    /// user-profiles.
    static let topic: [ConfigEntry] = {
        var segment = entry("segment.ms", "3600000", .dynamicTopic, default: "604800000")
        segment.documentation =
            "A new segment starts after this time even if it is not full, so that retention can delete or compact old data."
        segment.synonyms = [
            ConfigEntry.Synonym(value: "3600000", source: .dynamicTopic),
            ConfigEntry.Synonym(value: nil, source: .dynamicDefault),
            ConfigEntry.Synonym(value: nil, source: .staticBroker),
            ConfigEntry.Synonym(value: "604800000", source: .default),
        ]
        let defaults = [
            ("compression.type", "producer"), ("delete.retention.ms", "86400000"), ("file.delete.delay.ms", "60000"),
            ("flush.messages", "9223372036854775807"), ("flush.ms", "9223372036854775807"),
            ("index.interval.bytes", "4096"), ("max.compaction.lag.ms", "9223372036854775807"),
            ("max.message.bytes", "1048588"), ("message.timestamp.type", "CreateTime"), ("min.compaction.lag.ms", "0"),
            ("preallocate", "false"), ("retention.bytes", "-1"), ("retention.ms", "604800000"),
            ("segment.bytes", "1073741824"), ("segment.index.bytes", "10485760"), ("segment.jitter.ms", "0"),
            ("unclean.leader.election.enable", "false"),
        ]
        let shown =
            [
                entry("cleanup.policy", "compact", .dynamicTopic, default: "delete"),
                entry("min.cleanable.dirty.ratio", "0.2", .dynamicTopic, default: "0.5"), segment,
                entry("min.insync.replicas", "2", .dynamicDefault, default: "1"),
            ] + defaults.map { entry($0.0, $0.1, .default) }
        return shown + (shown.count..<31).map { entry("z.\($0)", "0", .default) }
    }()

    static let journal = [
        JournalEntry(
            number: 4, at: Fixture.at(11, 48, 30, 771), cluster: "bundled",
            change: "user-profiles: segment.ms 7 d → 1 h", result: "ok", items: [ChangeItem("user-profiles")]),
        JournalEntry(
            number: 1, at: Fixture.at(11, 2, 15), cluster: "bundled", change: "create topic user-profiles", result: "ok"
        ),
    ]

    /// The end of broker 3's log, after lines nobody sees.
    static let log: [String] =
        (1...1192).map { "11:00:00.000 INFO  line \($0)" } + [
            "12:31:12.061 INFO  fetcher 2: connection closed by peer",
            "12:31:12.061 WARN  fetcher 2: 41 partitions wait for a new leader",
            "12:31:12.083 WARN  fetcher 2: connect 127.0.0.1:9093: connection refused, next try in 50 ms",
            "12:31:13.655 INFO  metadata: broker 2 fenced, epoch 118",
            "12:31:13.662 INFO  metadata: leader of 22 partitions from 2 to 3",
            "12:31:13.664 WARN  orders-retry/1: ISR 1 below min.insync.replicas 2",
            "12:31:13.671 INFO  group coordinator: 8 partitions of __consumer_offsets loading",
            "12:31:13.688 INFO  group coordinator: loaded, 3 groups",
            "12:31:20.004 WARN  produce orders-retry/1: NOT_ENOUGH_REPLICAS (client demo-orders, 14 in 10 s)",
            "12:31:30.004 WARN  produce orders-retry/1: NOT_ENOUGH_REPLICAS (client demo-orders, 15 in 10 s)",
            "12:31:33.921 INFO  metadata: broker 4 not seen for 600 ms",
            "12:31:34.866 INFO  metadata: broker 4 fenced, epoch 121",
        ]
}
