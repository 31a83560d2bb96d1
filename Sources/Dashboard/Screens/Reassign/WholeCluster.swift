import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What a plan does to the whole cluster: leaders, replicas and disk of every broker, skew, who sends, what is kept.
enum WholeCluster {
    static func lines(_ plan: MovePlan, _ model: Model) -> [StyledText] {
        perBroker(plan, model) + [""] + facts(plan, model)
    }

    private static func perBroker(_ plan: MovePlan, _ model: Model) -> [StyledText] {
        let arrow = model.glyphs.arrow
        let (leaders, replicas) = (difference(plan.leaders), difference(plan.replicas))
        let gained = plan.bytesGained
        let rows = model.snapshot.brokers.map { broker in
            let now = model.figures.brokers[broker.id] ?? BrokerFigures()
            let disk = broker.disk?.value
            let after = disk.map { Format.bytes(Int(max(0, $0 + (gained[broker.id] ?? 0)))) } ?? "?"
            return (
                id: broker.id, leaders: short(now.leaders, leaders[broker.id]),
                replicas: short(now.replicas, replicas[broker.id]),
                disk: "\(disk.map { Format.bytes(Int($0)) } ?? "?") \(arrow) \(after)"
            )
        }
        let leads = rows.flatMap { [$0.leaders.now.count, $0.leaders.after.count] }.reduce(2, max)
        let holds = rows.flatMap { [$0.replicas.now.count, $0.replicas.after.count] }.reduce(4, max)
        let title =
            "BROKER  " + "LEADERS".padded(to: leads * 2 + 6) + "REPLICAS".padded(to: holds * 2 + 4) + "DISK"
        return [StyledText(title, .column)]
            + rows.map { row in
                StyledText(
                    "\(row.id)".leftPadded(to: 6) + "  "
                        + "\(row.leaders.now.leftPadded(to: leads)) \(arrow) \(row.leaders.after.padded(to: leads)) "
                        + "\(row.replicas.now.leftPadded(to: holds)) \(arrow) \(row.replicas.after.padded(to: holds)) "
                        + row.disk)
            }
    }

    /// A count now and after, as lists say counts in little room.
    private static func short(_ now: Int, _ gained: Int?) -> (now: String, after: String) {
        (Figure.count(Int64(now), width: 4).plain, Figure.count(Int64(now + (gained ?? 0)), width: 4).plain)
    }

    /// What each broker gains.
    private static func difference(_ counts: (Bool) -> [BrokerID: Int]) -> [BrokerID: Int] {
        counts(true).merging(counts(false).mapValues { -$0 }, uniquingKeysWith: +)
    }

    private static func facts(_ plan: MovePlan, _ model: Model) -> [StyledText] {
        var lines = skew(plan, model)
        lines.append("")
        let receivers = plan.receivers.sorted()
        let to =
            receivers.count == 1
            ? ", all to broker \(receivers[0])" : receivers.isEmpty ? "" : ", to \(list(receivers))"
        lines.append(fact("move", "\(plan.replicasMoved) replicas, \(Format.bytes(Int(plan.bytes)))\(to)"))
        let senders = plan.moves.reduce(into: [BrokerID: Int]()) { counts, move in
            if !move.added.isEmpty, let leader = move.leader { counts[leader, default: 0] += move.added.count }
        }
        if !senders.isEmpty {
            let each = senders.sorted { $0.key < $1.key }.map { "\($0.key) sends \($0.value)" }
            lines.append(
                fact("from", "leaders: \(each.prefix(4).joined(separator: ", "))\(each.count > 4 ? " …" : "")"))
        }
        let leaders = plan.changes.count { $0.leader != nil && $0.after.first != $0.leader }
        lines.append(fact("leaders", "\(leaders) change when the move ends"))
        lines.append("")
        let below = belowMinISR(plan, model)
        if below > 0 {
            lines.append(
                StyledText("min ISR ", .muted)
                    + StyledText("\(below) partitions get fewer replicas than it", .healthBad))
            lines.append(StyledText("        wants: acks=all is refused there then", .healthBad))
        } else {
            lines.append(fact("min ISR", "kept: the in-sync replicas of the old set"))
            lines.append(fact("", "stay until the new ones have caught up"))
        }
        lines.append(fact("racks", racks(plan, model)))
        if let exposed = ExposureText.words(Exposure(after: plan, in: model.snapshot)) {
            lines.append(StyledText("exposed ", .muted) + StyledText("\(exposed): o lists them", .healthDegraded))
        }
        return lines
    }

    /// Leaders of every broker against the average, before and after, as screen 2 counts it.
    private static func skew(_ plan: MovePlan, _ model: Model) -> [StyledText] {
        let live = model.snapshot.liveBrokers.map(\.id)
        let before = live.map { ($0, Double(model.figures.brokers[$0]?.leaders ?? 0)) }
        let gained = difference(plan.leaders)
        let after = before.map { ($0.0, $0.1 + Double(gained[$0.0] ?? 0)) }
        func worst(_ counts: [(BrokerID, Double)]) -> (BrokerID, Double?, Double)? {
            let leading = counts.filter { $0.1 > 0 }
            guard !leading.isEmpty else { return nil }
            let average = leading.reduce(0) { $0 + $1.1 } / Double(leading.count)
            let far = leading.max { abs($0.1 - average) < abs($1.1 - average) }
            return far.map { ($0.0, leading.count > 1 ? abs($0.1 - average) / average * 100 : nil, average) }
        }
        guard let was = worst(before), let will = worst(after),
            let count = after.first(where: { $0.0 == will.0 })?.1
        else { return [] }
        let topics = Set(plan.moves.map(\.partition.topic)).count
        let all = model.snapshot.topics.count { !$0.isInternal }
        let shownBefore = was.1.map { String(Format.percent($0 / 100).dropLast(2)) }
        let text =
            "\(shownBefore ?? "—") \(model.glyphs.arrow) \(will.1.map { Format.percent($0 / 100) } ?? "—")"
            + "  broker \(will.0) leads \(Format.shortCount(Int(count)))"
        let average = ", average \(Format.shortCount(Int(will.2.rounded())))"
        let line = text.count + average.count < PreviewStep.sideWidth - 8 ? text + average : text
        return [
            StyledText("skew    ", .muted)
                + StyledText(line, will.1 ?? 0 > was.1 ?? 0 ? .healthDegraded : .text),
            fact("", "(this plan covers \(topics) of \(all) topics)"),
        ]
    }

    /// Partitions that would have fewer replicas than `min.insync.replicas` asks for.
    static func belowMinISR(_ plan: MovePlan, _ model: Model) -> Int {
        plan.changes.count { move in
            guard let topic = model.snapshot.topic(move.partition.topic), let minISR = topic.minISR else {
                return false
            }
            return !topic.capsMinISR && move.after.count < minISR
        }
    }

    private static func racks(_ plan: MovePlan, _ model: Model) -> String {
        let racks = Racks(model.snapshot.brokers)
        let before = plan.moves.lazy.map { racks.span($0.before) }.min() ?? 0
        let after = plan.moves.lazy.map { racks.span($0.after) }.min() ?? 0
        let same = after == before ? "as before" : after > before ? "more than before" : "fewer than before"
        return "\(after) different rack\(after == 1 ? "" : "s") each, \(same)"
    }

    private static func fact(_ name: String, _ text: String) -> StyledText {
        StyledText(name.padded(to: 8), .muted) + StyledText(text, name.isEmpty ? .muted : .text)
    }

    private static func list(_ ids: [BrokerID]) -> String { ids.map(String.init).joined(separator: ", ") }
}
