import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Plans about who leads.
extension Plans {
    /// Nil when the preferred replicas lead already.
    static func elect(_ partitions: [TopicPartition], _ model: Model) -> PlanPopup? {
        let changing = partitions.filter { model.snapshot.partition($0)?.isLeaderNotPreferred ?? false }
        guard !changing.isEmpty else { return nil }
        return PlanPopup(
            title: "Elect preferred leaders",
            lines: [
                StyledText("Sends ElectLeaders (preferred) for \(changing.count) partitions."), "",
                fact("partitions", StyledText(PartitionNames.list(changing, limit: 6))),
                fact("impact", StyledText("clients follow within a moment; nothing is lost")),
            ], question: asked("Elect \(changing.count) preferred leaders?"),
            change: .electLeaders(changing, unclean: false))
    }

    /// Partitions shown one by one.
    private static let shown = 8

    /// A leader that has not everything, for partitions without one.
    static func electUnclean(_ partitions: [TopicPartition], _ model: Model) -> PlanPopup {
        let snapshot = model.snapshot
        let leaderless = partitions.filter { snapshot.partition($0)?.leader == nil }
        let live = Set(snapshot.liveBrokers.map(\.id))
        let possible = leaderless.filter { id in
            snapshot.partition(id)?.replicas.contains(where: live.contains) ?? false
        }
        let lastInSync = Set(leaderless.flatMap { snapshot.partition($0)?.isr ?? [] }).subtracting(live).sorted()
        let whole = lastInSync.map(String.init).joined(separator: ", ")
        var lines = [
            StyledText("Sends ElectLeaders (unclean) for \(count(possible.count, "partition")) without a leader."), "",
        ]
        for id in leaderless.prefix(shown) {
            lines.append(
                StyledText("  " + "\(id.topic)/\(id.partition)".padded(to: 28)) + candidate(id, live, model))
        }
        if leaderless.count > shown { lines.append(StyledText("  + \(leaderless.count - shown) more", .muted)) }
        if !whole.isEmpty {
            let them = lastInSync.count == 1 ? "it has" : "they have"
            lines.append(fact("better", StyledText("start broker \(whole) again: \(them) every acknowledged message")))
        }
        lines.append(
            fact("impact", StyledText("messages that only absent replicas have are gone for good", .healthBad)))
        lines.append(fact("undo", StyledText("no. Replicas that come back drop what the new leader has not")))
        let question: PlanPopup.Question =
            !snapshot.hasQuorum
            ? .refused("Without a quorum nobody is elected.")
            : possible.isEmpty
                ? .refused("None of their replicas is up: start one of their brokers first.")
                : possible.count == 1
                    ? typed("Type the partition to go on:", "\(possible[0].topic)/\(possible[0].partition)")
                    : typed("Type the count (\(possible.count)):", "\(possible.count)")
        return PlanPopup(
            title: "Elect unclean leaders", lines: lines, question: question,
            change: .electLeaders(possible, unclean: true), width: 92)
    }

    private static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// Who could lead, and how much of the largest log known it has.
    private static func candidate(_ id: TopicPartition, _ live: Set<BrokerID>, _ model: Model) -> StyledText {
        guard let partition = model.snapshot.partition(id) else { return "" }
        let replicas = partition.replicas.filter(live.contains)
        guard !replicas.isEmpty else { return StyledText("no replica is up", .healthBad) }
        // How much was written can be told by the largest log alone: a replica without a leader knows nothing of others.
        let largest = partition.logs.map(\.bytes).max() ?? 0
        let facts = replicas.map { broker -> String in
            guard let log = partition.logs.first(where: { $0.broker == broker }) else { return "\(broker)" }
            return "\(broker) (\(Format.bytes(Int(log.bytes))) of \(Format.bytes(Int(largest))))"
        }
        return StyledText("up but out of sync: \(facts.joined(separator: ", "))", .healthDegraded)
    }
}
