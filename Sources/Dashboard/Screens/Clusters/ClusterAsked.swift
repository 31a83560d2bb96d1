import ClusterInsight
import KafkaProtocol

/// How a cluster does, as it told when it was asked once.
package struct ClusterAnswer: Sendable, Equatable {
    /// Kafka's cluster id.
    package var id: String?
    /// Brokers that take part.
    package var brokersUp = 0
    /// Those, and all that metadata tells of: fenced ones, and owners of replicas.
    package var brokersKnown = 0
    /// The active controller; nil when there is none.
    package var controller: BrokerID?
    /// Topics, internal ones included.
    package var topics = 0
    /// Partitions of those.
    package var partitions = 0
    /// Partitions with a replica out of sync.
    package var underReplicated = 0
    /// Partitions that nobody serves.
    package var offline = 0
    /// The metadata version, or what brokers without one speak among each other; nil when it is not told.
    package var version: String?
    /// How long one request took on an open connection, milliseconds; nil when it was not measured.
    package var latency: Double?

    /// Nothing was told.
    package init() {}

    /// What a picture of a cluster says.
    package init(_ report: ClusterReport) {
        let snapshot = report.snapshot
        id = snapshot.clusterID
        brokersUp = snapshot.liveBrokers.count
        brokersKnown = snapshot.brokers.count
        controller = snapshot.activeController
        topics = snapshot.topics.count
        partitions = report.health.partitions
        underReplicated = report.health.underReplicated
        offline = report.health.offline.count
        version = snapshot.quorum.flatMap { MetadataVersion.name(in: $0.value.features) }
    }

    /// Whether anything is wrong with it.
    package var hasProblem: Bool { offline > 0 || underReplicated > 0 || brokersUp < brokersKnown || controller == nil }
}

/// What became of a question to a cluster.
package enum ClusterOutcome: Sendable, Equatable {
    case answered(ClusterAnswer)
    /// Nobody answered, and why.
    case failed(String)
    /// The bundled cluster does not run.
    case stopped
}

/// What is known of a cluster in the table of clusters.
package struct ClusterAsked: Sendable, Equatable {
    /// What it told last; it stands, and grows old, while newer questions fail.
    package private(set) var answer: Reading<ClusterAnswer>?
    /// What became of the newest question that has ended.
    package private(set) var last: Reading<ClusterOutcome>?
    /// Whether an answer is waited for.
    package private(set) var isWaiting = false
    private var dueAt: Timestamp = 0

    /// A cluster that was never asked.
    package init() {}

    /// Whether it is to be asked now.
    package func isDue(now: Timestamp) -> Bool { !isWaiting && now >= dueAt }

    /// It is being asked.
    package mutating func begin() { isWaiting = true }

    /// It is to be asked as soon as may be.
    package mutating func hurry() { dueAt = 0 }

    /// A question has ended.
    ///
    /// - Parameter pause: until the next one, milliseconds.
    package mutating func end(_ outcome: ClusterOutcome, now: Timestamp, pause: Int64) {
        isWaiting = false
        dueAt = now + pause
        last = Reading(outcome, at: now)
        switch outcome {
        case .answered(let told): answer = Reading(told, at: now)
        case .failed: break
        case .stopped: answer = nil
        }
    }

    /// The same for another window, which waits for no answer to a question of this one.
    package var asleep: ClusterAsked {
        var copy = self
        copy.isWaiting = false
        copy.dueAt = 0
        return copy
    }
}
