import ClusterInsight
import TerminalUI

/// The numbers an incident is told by, a few lines above its events.
enum IncidentHead {
    /// Lines of a head.
    static let parts = 5

    static func line(_ incident: Incident, _ part: Int, narrow: Bool, _ model: Model) -> StyledText {
        let bar = StyledText(part == 0 ? "┌ " : "│ ", .border)
        switch part {
        case 0: return bar + title(incident, narrow: narrow, model)
        case 1:
            let seen = incident.isProcessExit ? "process exit seen" : "seen here"
            let by = incident.fencedBy.map { "fenced by controller \($0)" } ?? "fenced by the controller"
            return bar
                + fact(
                    "detect", incident.seenAfter, seen, narrow ? "" : "cluster \(time(incident.fencedAfter))   \(by)")
        case 2:
            let of = incident.ledBefore.map { " of \($0)" } ?? ""
            let count = incident.leadersMoved
            let stopped =
                incident.leadersAfter.map { "writes stopped on \(count) partitions for \(time($0))" }
                ?? "none moved yet"
            return bar
                + fact(
                    "new leaders", incident.leadersAfter, "\(count)\(of) partitions",
                    narrow ? "" : count == 0 ? "" : stopped)
        case 3:
            let which = incident.offlinePartition.map { PartitionNames.list([$0]) } ?? "none"
            let below =
                incident.belowMinCount == 0
                ? "none below min ISR"
                : "below min ISR \(incident.belowMinCount) partition\(incident.belowMinCount == 1 ? "" : "s") for \(time(incident.longestBelowMin))"
            return bar + fact("offline", incident.longestOffline, which, narrow ? "" : below)
        default:
            let recovered = incident.to.map { $0 - incident.from }
            let started = incident.startedAt.flatMap { start in incident.to.map { $0 - start } }
            let broker = incident.broker.map { "broker \($0)" } ?? "the broker"
            let what = incident.title.hasSuffix("killed here") ? "from kill to full ISR" : "to full ISR everywhere"
            return bar
                + fact(
                    "recover", recovered, what,
                    narrow || started == nil ? "" : "from start of \(broker): \(time(started))")
        }
    }

    private static func title(_ incident: Incident, narrow: Bool, _ model: Model) -> StyledText {
        let from =
            narrow ? Format.time(incident.from, zone: model.zone) : Format.preciseTime(incident.from, zone: model.zone)
        let duration = Times.short(incident.duration(now: model.shownNow))
        guard let to = incident.to else {
            return StyledText("incident \(incident.id)   \(incident.title)   \(from)   ", .healthBad)
                + StyledText("running \(duration)", .healthBad)
        }
        let until = narrow ? "" : " to \(Format.preciseTime(to, zone: model.zone))"
        return StyledText("incident \(incident.id)   \(incident.title)   \(from)\(until)   \(duration)")
    }

    private static func fact(_ name: String, _ value: Int64?, _ what: String, _ more: String) -> StyledText {
        let number = time(value).leftPadded(to: 18 - TextWidth.of(name))
        return StyledText(name, .muted) + StyledText(number, .number) + StyledText("   \(what.padded(to: 27))\(more)")
    }

    private static func time(_ milliseconds: Int64?) -> String { milliseconds.map { Times.short($0) } ?? "—" }
}
