import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What is said about figures that are old.
enum Stale {
    /// `data from 12:10:09 ── ` before the sort, when a source is older than it should be; `metadata from …` when nothing
    /// of the metadata can have changed since, as the quorum has no leader.
    static func titlePrefix(_ model: Model) -> String {
        if let lost = model.snapshot.quorumLostSince {
            return "metadata from \(Format.time(lost, zone: model.zone)) ── "
        }
        guard let oldest = staleSources(model).compactMap(\.answeredAt).min() else { return "" }
        return "data from \(Format.time(oldest, zone: model.zone)) ── "
    }

    /// Sources of which nothing came in time.
    static func staleSources(_ model: Model) -> [SourceSnapshot] {
        sources(model).filter { isOld($0.answeredAt, $0, model) }
    }

    /// Sources of which a part did not come in time, or nothing: what adds it up is old in part.
    static func partlyStaleSources(_ model: Model) -> [SourceSnapshot] {
        sources(model).filter { source in
            guard source.completeAt == nil else { return isOld(source.completeAt, source, model) }
            return source.answeredAt != nil && source.failure != nil && model.frozen == nil
        }
    }

    /// Whether what the controller tells of the quorum is old; that none is left is known without being told.
    static func isQuorumOld(_ model: Model) -> Bool {
        model.snapshot.hasQuorum
            && model.snapshot.sources.contains { $0.name == .quorum && isOld($0.answeredAt, $0, model) }
    }

    /// Sources of what is shown: the quorum is told by one broker alone, whose silence makes nothing else old.
    private static func sources(_ model: Model) -> [SourceSnapshot] {
        model.snapshot.sources.filter { $0.name != .quorum || model.place == .quorum }
    }

    private static func isOld(_ at: Timestamp?, _ source: SourceSnapshot, _ model: Model) -> Bool {
        guard let at, model.frozen == nil else { return false }
        return Staleness.isStale(at: at, now: model.shownNow, interval: source.interval)
    }

    /// One line per failing source: its age, the call, who did not answer, when it is tried again.
    static func lines(_ model: Model) -> [StyledText] {
        let stale = Set(partlyStaleSources(model).map(\.name))
        let lost = model.snapshot.quorumLostSince
        guard !stale.isEmpty || lost != nil else { return [] }
        let order: [SourceSnapshot.Name] = [.offsets, .logDirs, .groups, .quorum, .configs, .metadata]
        let told = order.compactMap { name in model.snapshot.sources.first { $0.name == name } }
            .filter { stale.contains($0.name) || $0.failure != nil || $0.name == .metadata }
        return told.map { source in
            let isOutdated = source.name == .metadata && source.failure == nil
            let at = isOutdated ? lost ?? source.answeredAt : source.completeAt
            let age = at.map { Format.age(Double(model.shownNow - $0) / 1_000) } ?? "?"
            var text = source.name.rawValue.padded(to: 12) + age.leftPadded(to: 4) + " old   "
            if isOutdated, let lost {
                text += "no quorum leader; leaders, ISR as of \(Format.time(lost, zone: model.zone))"
                return StyledText(text, .healthBad)
            }
            let controller = model.snapshot.activeController.map { ", controller \($0)" } ?? ""
            if let failure = source.failure {
                let next = source.nextTryAt.flatMap { $0 > model.now ? ($0 - model.now + 999) / 1_000 : nil }
                if model.size.width < 100 {
                    // The end is cut off there, and when it is tried again says more than the rest of a reason.
                    text += (next.map { "next try in \($0) s: " } ?? "") + failure
                } else {
                    text += failure + (next.map { "; next try in \($0) s" } ?? "")
                }
                return StyledText(text, .healthDegraded)
            }
            return StyledText(text + "answers\(source.name == .metadata ? controller : "")", .muted)
        }
    }
}
