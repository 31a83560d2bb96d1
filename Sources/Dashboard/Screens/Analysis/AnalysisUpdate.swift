import ClusterInsight
import KafkaProtocol

/// How far the analysis of a topic has come, and what it found.
package struct AnalysisUpdate: Sendable, Equatable {
    /// How it stands.
    package enum State: Sendable, Equatable {
        case reading
        /// Somebody stopped it; it can go on.
        case stopped
        /// Everything up to the ends was read.
        case done
    }

    package var topic: String
    /// Told apart from earlier readings of the topic by it.
    package var reading: Int
    package var state: State
    package var figures: AnalysisFigures
    /// How much was read of what there was in the beginning, 0 to 1.
    package var share: Double
    /// Messages that are still to be read, at most.
    package var left: Int64
    /// Messages read per second; nil when it is not known.
    package var rate: Double?
    /// How long was read, pauses left out.
    package var seconds: Double
    /// Partitions that are not read: they have no leader, or do not answer.
    package var silent: [Int32]
    /// What went wrong, in words; reading goes on, unless it could not begin.
    package var problem: String?
    /// When this was so.
    package var at: Timestamp

    /// An analysis that has found nothing yet.
    package init(
        topic: String, reading: Int = 0, state: State = .reading, figures: AnalysisFigures = AnalysisFigures(),
        share: Double = 0,
        left: Int64 = 0, rate: Double? = nil, seconds: Double = 0, silent: [Int32] = [], problem: String? = nil,
        at: Timestamp
    ) {
        self.topic = topic
        self.reading = reading
        self.state = state
        self.figures = figures
        self.share = share
        self.left = left
        self.rate = rate
        self.seconds = seconds
        self.silent = silent
        self.problem = problem
        self.at = at
    }
}

/// What analyses found, as long as the dashboard runs: those of `DashboardLimits.analyses` topics, the one begun last
/// last.
package struct Analyses: Sendable, Equatable {
    private var kept: [AnalysisUpdate] = []
    private var readings = 0

    /// Nothing was analysed.
    package init() {}

    /// What was found in a topic.
    package subscript(topic: String) -> AnalysisUpdate? { kept.first { $0.topic == topic } }

    /// The topic that is being read.
    package var reading: String? { kept.first { $0.state == .reading }?.topic }

    /// Notes that a topic is read now, and no other one any more; when `anew`, what was found is forgotten.
    ///
    /// - Returns: the number of the reading.
    package mutating func begin(_ topic: String, anew: Bool, now: Timestamp) -> Int {
        stop()
        var update = (anew ? nil : self[topic]) ?? AnalysisUpdate(topic: topic, at: now)
        readings += 1
        update.reading = readings
        update.state = .reading
        update.problem = nil
        kept.removeAll { $0.topic == topic }
        kept.append(update)
        if kept.count > DashboardLimits.analyses { kept.removeFirst() }
        return readings
    }

    /// Notes that nothing is read any more.
    package mutating func stop() {
        for index in kept.indices where kept[index].state == .reading {
            kept[index].state = .stopped
            kept[index].rate = nil
        }
    }

    /// Takes what was found; what an earlier reading found is dropped.
    package mutating func take(_ update: AnalysisUpdate) {
        guard let index = kept.firstIndex(where: { $0.topic == update.topic && $0.reading == update.reading }) else {
            return
        }
        var update = update
        // What was under way when it was stopped comes later.
        if update.state == .reading, kept[index].state == .stopped { update.state = .stopped }
        kept[index] = update
    }
}
