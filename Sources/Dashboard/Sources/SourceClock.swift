import ClusterInsight
import KafkaProtocol

/// When a source of figures is asked again: at its interval while it answers, later and later while it fails.
package struct SourceClock: Sendable {
    /// The longest pause between two tries.
    static let longest: Int64 = 15_000

    /// How it is doing, as shown.
    package private(set) var shown: SourceSnapshot
    /// When it is asked about everything, besides what somebody looks at.
    package var survey: SurveyClock { didSet { shown.survey = .milliseconds(survey.pace) } }
    private var failures = 0
    private var begunAt: Timestamp = 0
    /// When the last call ended; none where it is to be asked as soon as may be.
    private var endedAt: Timestamp?
    private var isBusy = false
    private var isHurried = false

    /// A source that was never asked.
    package init(_ name: SourceSnapshot.Name) {
        shown = SourceSnapshot(name)
        survey = SurveyClock(.of(name))
    }

    /// Whether it is to be asked now; a call under way is never overtaken.
    package mutating func begin(now: Timestamp, interval: Int64) -> Bool {
        guard !isBusy else { return false }
        guard now >= dueAt(interval) else {
            // What is asked for less often from now on is not old for it.
            shown.interval = max(shown.interval, .milliseconds(interval))
            return false
        }
        shown.interval = .milliseconds(interval)
        isBusy = true
        isHurried = false
        begunAt = now
        return true
    }

    /// When it is asked again. The interval is the one that counts now, not the one of the last call: what was asked seldom
    /// is asked soon once there is trouble. In step with the others that are asked so often; one that takes long to answer
    /// is given a rest.
    private func dueAt(_ interval: Int64) -> Timestamp {
        guard let endedAt else { return 0 }
        return shown.nextTryAt ?? max(begunAt + interval, endedAt + interval / 4)
    }

    /// It is to be asked as soon as may be; an answer under way may be of before, so that it is asked once more then.
    package mutating func hurry() {
        endedAt = nil
        isHurried = isBusy
        survey.hurry()
    }

    /// Some of those who are asked have answered; others are waited for.
    package mutating func answeredInPart(now: Timestamp) { shown.answeredAt = now }

    /// It answered, or not.
    ///
    /// - Parameters:
    ///   - longest: the longest pause until it is tried again, milliseconds.
    ///   - silent: the brokers that did not answer, where it is known.
    ///   - isPartial: some brokers answered, so that it is asked again at its interval for their sake. What the others would
    ///     have told grows old where it is; what these told is as fresh as ever.
    package mutating func end(
        now: Timestamp, interval: Int64, longest: Int64 = longest, failure: String?, silent: [BrokerID] = [],
        isPartial: Bool = false
    ) {
        isBusy = false
        endedAt = isHurried && failure == nil ? nil : now
        shown.silent = silent
        if failure == nil || isPartial { shown.answeredAt = now }
        guard let failure else {
            failures = 0
            shown.completeAt = now
            shown.failure = nil
            shown.nextTryAt = nil
            return
        }
        failures = isPartial ? 1 : min(failures + 1, 6)
        let pause = min(longest, max(interval, 500) << Int64(failures - 1))
        shown.failure = failure
        shown.nextTryAt = now + pause
    }
}
