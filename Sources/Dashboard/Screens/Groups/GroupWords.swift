import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Why a group is as it is, in words.
enum GroupWords {
    /// The reason alone, for a column: `lag grew for 10 m: reads 592/s, in 610/s`. Empty when there is nothing to say.
    static func reason(_ group: GroupSnapshot, _ model: Model) -> String {
        if group.isUntold { return "not told by brokers" }
        let figures = model.figures.group(group.name)
        switch figures.status {
        case .warn where !group.isRebalancing: return "lag grew for \(grown(figures, model)): \(rates(figures))"
        case .stall: return "members, but no progress"
        case .stop: return "nothing is committed any more"
        case .rewind: return "a committed offset went back"
        default: return quiet(group, figures, model)
        }
    }

    /// The whole sentence, with the partition that matters most.
    static func sentence(_ group: GroupSnapshot, _ model: Model) -> String {
        let figures = model.figures.group(group.name)
        let most = most(figures)
        switch figures.status {
        case .warn where !group.isRebalancing:
            return "WARN: lag grew for \(grown(figures, model)); \(rates(figures)).\(most)"
        case .stall:
            return "STALL: it has members, but its committed offset does not move.\(most)\(waiting(group, figures))"
        case .stop: return "STOP: nothing was committed for a while and messages wait.\(most)"
        case .rewind: return "REWIND: a committed offset went back and was not regained.\(most)"
        default: return quiet(group, figures, model)
        }
    }

    /// The verdict with what it means, for the group's own page.
    static func verdict(_ group: GroupSnapshot, _ model: Model) -> String {
        let figures = model.figures.group(group.name)
        if figures.status == .warn, !group.isRebalancing {
            return "WARN: lag grew for \(grown(figures, model)). Members read, but slower than messages arrive."
        }
        if group.isUntold { return "not told: these brokers do not describe \(group.type) groups" }
        let sentence = sentence(group, model)
        if group.isNotReady, figures.status == .ok { return "not ready: \(sentence)" }
        if group.isShare { return sentence.isEmpty ? notJudged : "\(sentence); \(notJudged)" }
        return sentence.isEmpty ? "OK" : figures.status == .ok ? "OK: \(sentence)" : sentence
    }

    private static func grown(_ figures: GroupFigures, _ model: Model) -> String {
        let since = figures.growsSince ?? model.shownNow
        return "\(max(1, (model.shownNow - since) / 60_000)) m"
    }

    private static func rates(_ figures: GroupFigures) -> String {
        let read = figures.readRate.map { "\(Format.rate($0))/s" } ?? "?"
        let arriving = figures.inRate.map { "\(Format.rate($0))/s" } ?? "?"
        return "reads \(read), in \(arriving)"
    }

    private static func most(_ figures: GroupFigures) -> String {
        guard let worst = figures.partitions.max(by: { ($0.lag ?? 0) < ($1.lag ?? 0) }), let lag = worst.lag else {
            return ""
        }
        return " Most on \(worst.partition.topic)/\(worst.partition.partition): \(Format.count(Int(lag)))"
    }

    /// Who reads the worst partition, and how long its oldest message waits: where to look, and since when.
    private static func waiting(_ group: GroupSnapshot, _ figures: GroupFigures) -> String {
        guard let worst = figures.partitions.max(by: { ($0.lag ?? 0) < ($1.lag ?? 0) }) else { return "" }
        let member = group.members.first { $0.partitions.contains(worst.partition) }.map { ", read by \($0.clientID)" }
        let age = worst.seconds.map { ", waits \(Format.duration($0))" }
        return (member ?? "") + (age ?? "")
    }

    /// Why a share group has no verdict.
    static let notJudged = "no verdict: a share group commits no offsets"

    /// What is worth saying of a group that is not in trouble.
    private static func quiet(_ group: GroupSnapshot, _ figures: GroupFigures, _ model: Model) -> String {
        if let error = group.error { return "its coordinator does not answer: \(error)" }
        if group.isUntold { return "" }
        if group.isNotReady { return StreamsWords.notReady }
        if group.isRebalancing {
            let age =
                figures.stateSeenAt.map { Format.wholeDuration(Double(max(0, model.shownNow - $0)) / 1_000) } ?? "?"
            var text = "rebalancing for \(age)"
            if !figures.joined.isEmpty {
                let names = figures.joined.prefix(3).joined(separator: ", ") + (figures.joined.count > 3 ? " …" : "")
                let at = figures.stateSince.map { " at \(Format.time($0, zone: model.zone))" } ?? ""
                text += ": member \(names) joined\(at)"
            }
            return text + "; \(group.members.count) member\(group.members.count == 1 ? "" : "s")"
        }
        guard group.state == "empty" else { return OpenTransactions.words(group, figures, model) }
        let since = figures.stateSince.map { " since \(Format.time($0, zone: model.zone))" } ?? ""
        var text = "no members\(since)"
        if let rate = figures.inRate, rate > 0, let topic = group.topics.first {
            let more = group.topics.count > 1 ? " and \(group.topics.count - 1) more" : ""
            text += ", \(topic)\(more) brings \(Format.rate(rate))/s"
        }
        if group.isShare { return text }
        if let since = figures.stateSince, let retention = model.snapshot.offsetsRetention {
            text += "; its offsets are kept until \(Format.dayAndMinute(since + retention, zone: model.zone))"
        } else {
            text += "; its offsets are kept"
        }
        return text
    }
}
