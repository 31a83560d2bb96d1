import ClusterInsight
import KafkaProtocol

/// Looks at every picture for the alerts that were asked for. One that holds is raised once, again only after it did not,
/// and never more often than it may be. Pure.
package struct AlertWatch: Sendable {
    package var alerts: [Alert] = []
    private var courses: [String: Course] = [:]
    /// Alerts whose command failed, which is said once.
    private var failed: Set<String> = []

    private struct Course: Sendable {
        /// Since when its rule holds.
        var since: Timestamp?
        var isRaised = false
        var raisedAt: Timestamp?
        /// Events that came while nothing was to be heard of it.
        var missed = 0
    }

    /// An alert that was raised, or is over.
    package struct Raised: Sendable, Equatable {
        package var alert: Alert
        /// Why; nil when it is over.
        package var reason: String?
        package var isCritical: Bool
    }

    /// Nothing is asked for.
    package init(_ alerts: [Alert] = []) { self.alerts = alerts }

    /// Takes a picture and the events since the one before, newest first.
    package mutating func observe(
        _ report: ClusterReport, fresh: some Collection<ClusterEvent>, now: Timestamp
    ) -> [Raised] {
        guard !alerts.isEmpty else { return [] }
        // Before everything was asked for once, what is missing is no news.
        let isKnown = report.snapshot.sources.allSatisfy { $0.completeAt != nil || $0.failure != nil }
        return alerts.compactMap { alert in
            guard isKnown || alert.rule.isOfEvents else { return nil }
            return observe(alert, alert.rule.reason(report, fresh: fresh), now: now)
        }
    }

    private mutating func observe(
        _ alert: Alert, _ reason: (text: String, isCritical: Bool)?, now: Timestamp
    ) -> Raised? {
        var course = courses[alert.name] ?? Course()
        defer { courses[alert.name] = course }
        let isTooSoon = course.raisedAt.map { now - $0 < alert.every } ?? false
        guard let reason else {
            course.since = nil
            guard course.isRaised else { return nil }
            course.isRaised = false
            return Raised(alert: alert, reason: nil, isCritical: false)
        }
        if alert.rule.isOfEvents {
            guard !isTooSoon else {
                course.missed += 1
                return nil
            }
            let more = course.missed > 0 ? "; \(course.missed) more since the last time" : ""
            course.missed = 0
            course.raisedAt = now
            return Raised(alert: alert, reason: reason.text + more, isCritical: reason.isCritical)
        }
        course.since = course.since ?? now
        guard !course.isRaised, !isTooSoon, now - (course.since ?? now) >= alert.holds else { return nil }
        course.isRaised = true
        course.raisedAt = now
        return Raised(alert: alert, reason: reason.text, isCritical: reason.isCritical)
    }

    /// Notes that the command of an alert failed.
    ///
    /// - Returns: whether that is to be said.
    mutating func noteFailure(of name: String) -> Bool { failed.insert(name).inserted }
}

extension Model {
    /// Raises what a picture raises: says it, and gives what else is to be done.
    mutating func raiseAlerts(_ report: ClusterReport, _ events: EventLog) -> [Command] {
        let fresh = latest == nil ? 0 : max(0, events.total - latestEvents.total)
        let raised = alerts.observe(
            report, fresh: fresh == 0 ? [] : events.newest(fresh).map(\.event), now: report.snapshot.at)
        return raised.flatMap { raise($0, at: report.snapshot.at) }
    }

    private mutating func raise(_ raised: AlertWatch.Raised, at: Timestamp) -> [Command] {
        let alert = raised.alert
        guard let reason = raised.reason else {
            if alert.flashes { say("alert \(alert.name) is over") }
            return []
        }
        if alert.flashes { say("alert \(alert.name): \(reason)", raised.isCritical ? .error : .warn) }
        let facts = [
            Hook.Fact("KLAMM_ALERT", alert.name), Hook.Fact("KLAMM_WHEN", alert.text),
            Hook.Fact("KLAMM_CLUSTER", cluster.name),
            Hook.Fact("KLAMM_LEVEL", raised.isCritical ? "critical" : "warning"),
            Hook.Fact("KLAMM_TEXT", reason), Hook.Fact("KLAMM_AT_MS", "\(at)"),
        ]
        return (alert.rings ? [.bell] : [])
            + (alert.command.map { [.runHook(Hook(name: alert.name, command: $0, facts: facts))] } ?? [])
    }
}
