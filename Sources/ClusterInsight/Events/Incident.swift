import KafkaProtocol

/// A time in which the cluster was not whole: from the first broker down, partition offline, below its minimum or
/// under-replicated, to the moment none is left.
package struct Incident: Sendable, Equatable {
    /// Its number, from 1.
    package var id: Int
    /// What began it.
    package var title: String
    /// When it began.
    package var from: Timestamp
    /// When it ended, nil while it runs.
    package var to: Timestamp?
    /// The broker that began it.
    package var broker: BrokerID?
    /// Whether the exit of its process was seen, not only its silence.
    package var isProcessExit = false
    /// Who fenced it.
    package var fencedBy: BrokerID?
    /// How many partitions it led.
    package var ledBefore: Int?
    /// How long until Klamm knew, milliseconds.
    package var seenAfter: Int64?
    /// How long until the controller fenced the broker, milliseconds.
    package var fencedAfter: Int64?
    /// How long until the leaders had moved, milliseconds.
    package var leadersAfter: Int64?
    /// Leaders that moved.
    package var leadersMoved = 0
    /// The longest time a partition had no leader, milliseconds.
    package var longestOffline: Int64?
    /// A partition that had no leader.
    package var offlinePartition: TopicPartition?
    /// The longest time a partition was below its minimum, milliseconds.
    package var longestBelowMin: Int64?
    /// How many were below it.
    package var belowMinCount = 0
    /// When a broker was started again.
    package var startedAt: Timestamp?

    /// An incident that begins.
    package init(id: Int, title: String, from: Timestamp) {
        self.id = id
        self.title = title
        self.from = from
    }

    /// How long it lasted, or lasts.
    package func duration(now: Timestamp) -> Int64 { (to ?? now) - from }
}

extension ClusterEvent {
    /// What an incident that began with it is called.
    package var cause: String { broker.map { "broker \($0) \(text)" } ?? "\(kind.rawValue) \(text)" }

    /// The same when it is a change made here that took a broker away, `broker 2 killed here`; nil when it is not.
    package func cause(of id: BrokerID) -> String? {
        guard kind == .change else { return nil }
        let verbs = [("kill −9", "killed"), ("stop", "stopped"), ("pause", "paused")]
        return verbs.first { text.hasPrefix("\($0.0) broker \(id)") }.map { "broker \(id) \($0.1) here" }
    }
}
