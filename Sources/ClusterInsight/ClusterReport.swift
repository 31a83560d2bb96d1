import KafkaProtocol

/// All that a screen needs at one moment: what was observed and what follows from it. A value; nobody changes it.
///
/// Immutable and shared: it is handed to every view of every frame, and as a struct of hundreds of words it was copied,
/// and compiled, at each of those places.
package final class ClusterReport: Sendable, Equatable {
    /// Counts the pictures of one engine, so that one is known again without being held; 0 for one of no row.
    package let number: Int
    /// What was observed.
    package let snapshot: ClusterSnapshot
    /// Rates, lags and verdicts.
    package let figures: ClusterFigures
    /// The groups by how they are doing.
    package let ranking: GroupRanking
    /// The counts of the Health panel.
    package let health: ClusterHealth

    /// A report of a snapshot with its figures.
    package init(_ snapshot: ClusterSnapshot, figures: ClusterFigures) {
        number = 0
        self.snapshot = snapshot
        self.figures = figures
        ranking = GroupRanking(snapshot, figures.groups)
        health = ClusterHealth(snapshot, ranking)
    }

    /// A report whose ranking and health are known already.
    init(
        _ snapshot: ClusterSnapshot, number: Int, figures: ClusterFigures, ranking: GroupRanking, health: ClusterHealth
    ) {
        self.number = number
        self.snapshot = snapshot
        self.figures = figures
        self.ranking = ranking
        self.health = health
    }

    package static func == (a: ClusterReport, b: ClusterReport) -> Bool {
        a === b || (a.snapshot == b.snapshot && a.figures == b.figures && a.health == b.health)
    }
}

/// Turns a row of snapshots into reports and a timeline.
package struct InsightEngine: Sendable {
    private var history = ClusterHistory()
    private var last: ClusterSnapshot?
    private var pictures = 0
    /// The timeline so far.
    package private(set) var events = EventLog()

    /// An engine that saw nothing.
    package init() {}

    /// Takes the next snapshot.
    package mutating func observe(_ snapshot: ClusterSnapshot) -> ClusterReport {
        let figures = history.observe(snapshot)
        let health = ClusterHealth(snapshot, topics: history.sums.health, history.ranking)
        events.observe(from: last, to: snapshot, counts: history.counts, health)
        let changed = history.verdictChanges
        if !changed.isEmpty {
            for event in EventDetector.verdictEvents(changed, figures.groups, in: snapshot) { events.append(event) }
        }
        last = snapshot
        pictures += 1
        return ClusterReport(
            snapshot, number: pictures, figures: figures, ranking: history.ranking, health: health)
    }

    /// Puts what earlier looks told before what this one tells; the snapshot is the first one of this one.
    package mutating func restore(_ earlier: KeptEvents, in snapshot: ClusterSnapshot) {
        events.restore(earlier, in: snapshot)
    }

    /// Takes what an earlier run has seen over hours.
    package mutating func restore(_ earlier: LongHistory, at now: Timestamp) { history.restore(earlier, at: now) }

    /// Adds an event that no snapshot shows, such as a change made here.
    ///
    /// - Parameter configs: what snapshots will show of it.
    package mutating func note(_ event: ClusterEvent, of configs: [WatchedConfig] = []) {
        events.append(event)
        events.expect(configs, at: event.at)
    }
}
