import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The wizard's third step: every partition before → after on the left, the whole cluster on the right.
enum PreviewStep {
    /// Cells of the right side; on narrow screens it stands below instead.
    static let sideWidth = 52

    static func hasSide(_ model: Model) -> Bool { model.size.width >= 116 }

    static func list(_ wizard: Wizard, _ model: Model) -> ListPage {
        let planned = model.rows { Planned(WizardPlan.of(wizard, model), model) }
        let columns: [TableColumn] = [
            .name("topic", title: "TOPIC", min: 16), .number("p", title: "P", width: 4, gap: 1),
            .words("before", title: "BEFORE", width: planned.before, gap: 1),
            .words("after", title: "  AFTER", width: planned.after + 2, gap: 0),
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
            }, isProblem: \.isChange, cells: { cells($0, wizard, model) }, comesInOrder: true,
            find: { Objects.partition($0).flatMap { planned.places[$0] } }, keepsOrder: model.keepsOrder)
        var page = spec.page(planned.moves, model.list)
        if !hasSide(model) {
            page.footer = planned.side
            page.footerGap = 1
        }
        return page
    }

    /// What the step shows of a plan.
    private struct Planned: Sendable {
        /// Topics with the most bytes to copy first, partitions in order.
        let moves: [PartitionMove]
        /// Where each stands.
        let places: [TopicPartition: Int]
        /// Cells of the lists.
        let before: Int
        let after: Int
        /// What stands beside them or below.
        let side: [StyledText]

        init(_ plan: MovePlan, _ model: Model) {
            let bytes = plan.moves.reduce(into: [String: Int64]()) {
                $0[$1.partition.topic, default: 0] += $1.bytesToCopy
            }
            let ranked = plan.moves.map { (bytes[$0.partition.topic] ?? 0, $0) }
            moves = ranked.sorted { a, b in a.0 == b.0 ? a.1.partition < b.1.partition : a.0 > b.0 }.map(\.1)
            places = Dictionary(
                moves.enumerated().map { ($1.partition, $0) }, uniquingKeysWith: { first, _ in first })
            before = Self.width(moves.lazy.map(\.before))
            after = Self.width(moves.lazy.map(\.after))
            side = WholeCluster.lines(plan, model)
        }

        /// Wide enough for the longest list, for three brokers at least.
        private static func width(_ lists: some Sequence<[BrokerID]>) -> Int {
            max(8, (lists.map { $0.reduce(0) { $0 + "\($1)".count + 1 } }.max() ?? 0) + 1)
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
        let lines = model.rows { Planned(WizardPlan.of(wizard, model), model) }.side
        let x = inside.maxX - sideWidth
        for (index, line) in lines.enumerated() where inside.y + 2 + index < inside.maxY {
            buffer.text(line, x: x, y: inside.y + 2 + index, width: sideWidth - 1)
        }
    }
}
