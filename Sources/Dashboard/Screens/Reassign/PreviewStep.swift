import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The wizard's third step: every partition before → after on the left, the whole cluster on the right.
enum PreviewStep {
    /// Cells of the right side; on narrow screens it stands below instead.
    static let sideWidth = 52

    static func hasSide(_ model: Model) -> Bool { model.size.width >= 116 }

    static func list(_ wizard: Wizard, _ plan: MovePlan, _ model: Model) -> ListPage {
        let columns: [TableColumn] = [
            .name("topic", title: "TOPIC", min: 16), .number("p", title: "P", width: 4, gap: 1),
            .words("before", title: "BEFORE", width: listWidth(plan.moves.map(\.before)), gap: 1),
            .words("after", title: "  AFTER", width: listWidth(plan.moves.map(\.after)) + 2, gap: 0),
            .words("leader", title: "LEADER", width: 7, dropOrder: 2),
            .number("bytes", title: "BYTES", width: 8, dropOrder: 1),
            TableColumn("side", title: "", width: .fixed(hasSide(model) ? sideWidth : 0), gap: hasSide(model) ? 1 : 0),
        ]
        let spec = ListSpec<PartitionMove>(
            title: "Preview", columns: columns, defaultSort: TableSort(column: "none"),
            id: { "\($0.partition.topic)/\($0.partition.partition)" }, text: { $0.partition.topic },
            value: { move, column in
                switch column {
                case "bytes": .number(move.bytesToCopy)
                case "p": .int(Int(move.partition.partition))
                case "topic": .text(move.partition.topic)
                default: .unknown
                }
            }, isProblem: \.isChange, cells: { cells($0, wizard, model) })
        var page = spec.page(ordered(plan), model.list)
        if !hasSide(model) {
            page.footer = WholeCluster.lines(plan, model)
            page.footerGap = 1
        }
        return page
    }

    /// Wide enough for the longest list, for three brokers at least.
    private static func listWidth(_ lists: [[BrokerID]]) -> Int {
        max(8, (lists.map { $0.reduce(0) { $0 + "\($1)".count + 1 } }.max() ?? 0) + 1)
    }

    /// Topics with the most bytes to copy first, partitions in order.
    private static func ordered(_ plan: MovePlan) -> [PartitionMove] {
        let bytes = plan.moves.reduce(into: [String: Int64]()) { $0[$1.partition.topic, default: 0] += $1.bytesToCopy }
        return plan.moves.sorted { a, b in
            let x = bytes[a.partition.topic] ?? 0
            let y = bytes[b.partition.topic] ?? 0
            return x == y ? a.partition < b.partition : x > y
        }
    }

    private static func cells(_ move: PartitionMove, _ wizard: Wizard, _ model: Model) -> [String: StyledText] {
        let isOut = wizard.leftOut.contains(move.partition)
        let leader = move.leader.flatMap { now in
            move.after.first.flatMap { $0 == now || !move.isChange ? nil : "\(now) \(model.glyphs.arrow) \($0)" }
        }
        let after: StyledText =
            isOut
            ? StyledText("  left out", .muted)
            : move.isChange
                ? StyledText("\(model.glyphs.arrow) ") + brokers(move.after, without: move.before, .replicaAdding)
                : StyledText("  no move", .muted)
        return [
            "topic": StyledText(move.partition.topic, isOut ? .muted : .text),
            "p": StyledText("\(move.partition.partition)", .number),
            "before": brokers(move.before, without: move.after, .replicaRemoving),
            "after": after,
            "leader": StyledText(leader ?? ""),
            "bytes": move.added.isEmpty ? "" : Figure.bytes(move.bytesToCopy),
        ]
    }

    private static func brokers(_ ids: [BrokerID], without others: [BrokerID], _ role: Role) -> StyledText {
        ids.enumerated().reduce(into: StyledText(spans: [])) { text, item in
            if item.offset > 0 { text += " " }
            text += StyledText("\(item.element)", others.contains(item.element) ? .text : role)
        }
    }

    /// Draws the right side beside the list.
    static func drawSide(_ model: Model, on buffer: inout CellBuffer, in inside: Rect) {
        guard let wizard = model.wizard, wizard.step == .preview, hasSide(model) else { return }
        let lines = WholeCluster.lines(WizardScreen.plan(wizard, model), model)
        let x = inside.maxX - sideWidth
        for (index, line) in lines.enumerated() where inside.y + 2 + index < inside.maxY {
            buffer.text(line, x: x, y: inside.y + 2 + index, width: sideWidth - 1)
        }
    }
}

/// What a plan does to the whole cluster: leaders, replicas and disk of every broker, skew, who sends, what is kept.
enum WholeCluster {
    static func lines(_ plan: MovePlan, _ model: Model) -> [StyledText] {
        perBroker(plan, model) + [""] + facts(plan, model)
    }

    private static func perBroker(_ plan: MovePlan, _ model: Model) -> [StyledText] {
        let arrow = model.glyphs.arrow
        var lines = [StyledText("BROKER  LEADERS   REPLICAS    DISK", .column)]
        for broker in model.snapshot.brokers {
            let now = model.figures.brokers[broker.id] ?? BrokerFigures()
            let leads = now.leaders + difference(plan.leaders(after:), broker.id)
            let holds = now.replicas + difference(plan.replicas(after:), broker.id)
            let bytes = plan.moves.reduce(Int64(0)) { sum, move in
                sum + (move.added.contains(broker.id) ? move.bytes ?? 0 : 0)
                    - (move.removed.contains(broker.id) ? move.bytes ?? 0 : 0)
            }
            let disk = broker.disk?.value
            let after = disk.map { Format.bytes(Int(max(0, $0 + bytes))) } ?? "?"
            lines.append(
                StyledText("\(broker.id)".leftPadded(to: 6) + "  ")
                    + StyledText("\(now.leaders)".leftPadded(to: 2) + " \(arrow) " + "\(leads)".padded(to: 2) + " ")
                    + StyledText("\(now.replicas)".leftPadded(to: 4) + " \(arrow) " + "\(holds)".padded(to: 5))
                    + StyledText("\(disk.map { Format.bytes(Int($0)) } ?? "?") \(arrow) \(after)"))
        }
        return lines
    }

    private static func difference(_ counts: (Bool) -> [BrokerID: Int], _ id: BrokerID) -> Int {
        (counts(true)[id] ?? 0) - (counts(false)[id] ?? 0)
    }

    private static func facts(_ plan: MovePlan, _ model: Model) -> [StyledText] {
        var lines = skew(plan, model)
        lines.append("")
        let receivers = Set(plan.moves.flatMap(\.added)).sorted()
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
        let after = before.map { ($0.0, $0.1 + Double(difference(plan.leaders(after:), $0.0))) }
        func worst(_ counts: [(BrokerID, Double)]) -> (BrokerID, Double, Double)? {
            let leading = counts.filter { $0.1 > 0 }
            guard !leading.isEmpty else { return nil }
            let average = leading.reduce(0) { $0 + $1.1 } / Double(leading.count)
            let far = leading.max { abs($0.1 - average) < abs($1.1 - average) }
            return far.map { ($0.0, abs($0.1 - average) / average * 100, average) }
        }
        guard let was = worst(before), let will = worst(after),
            let count = after.first(where: { $0.0 == will.0 })?.1
        else { return [] }
        let topics = Set(plan.moves.map(\.partition.topic)).count
        let all = model.snapshot.topics.count { !$0.isInternal }
        let text =
            "\(Format.percent(was.1 / 100).dropLast(2)) \(model.glyphs.arrow) \(Format.percent(will.1 / 100))"
            + "  broker \(will.0) leads \(Int(count)), average \(Int(will.2.rounded()))"
        return [
            StyledText("skew    ", .muted) + StyledText(text, will.1 > was.1 ? .healthDegraded : .text),
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
        let racks = Dictionary(model.snapshot.brokers.map { ($0.id, $0.rack ?? "") }, uniquingKeysWith: { a, _ in a })
        func least(_ lists: [[BrokerID]]) -> Int { lists.map { Set($0.map { racks[$0] ?? "" }).count }.min() ?? 0 }
        let before = least(plan.moves.map(\.before))
        let after = least(plan.moves.map(\.after))
        let same = after == before ? "as before" : after > before ? "more than before" : "fewer than before"
        return "\(after) different rack\(after == 1 ? "" : "s") each, \(same)"
    }

    private static func fact(_ name: String, _ text: String) -> StyledText {
        StyledText(name.padded(to: 8), .muted) + StyledText(text, name.isEmpty ? .muted : .text)
    }

    private static func list(_ ids: [BrokerID]) -> String { ids.map(String.init).joined(separator: ", ") }
}
