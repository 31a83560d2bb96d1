import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The wizard's second step: how. Every strategy is computed at once, so that its cost stands beside it.
enum StrategyStep {
    /// Options that need a number first.
    static let prompts: [String: WizardPrompt] = [
        "onto …": .ontoBrokers, "off …": .offBrokers, "rf …": .replicationFactor,
    ]

    /// What a strategy is kept under in the list.
    static func id(_ strategy: MoveStrategy) -> String { WizardScreen.name(strategy) }

    /// The strategies that can be taken as they stand.
    static func offered(_ wizard: Wizard, _ model: Model) -> [MoveStrategy] {
        var strategies: [MoveStrategy] = [.spreadEvenly]
        let empty = emptyBrokers(wizard, model)
        strategies += empty.prefix(emptyShown).map { .onto([$0]) }
        if empty.count > 1 { strategies.append(.onto(Set(empty))) }
        switch wizard.strategy {
        case .off, .setReplicationFactor, .onto:
            if !strategies.contains(wizard.strategy) { strategies.append(wizard.strategy) }
        default: break
        }
        strategies.append(.leadersOnly)
        if case .byHand = wizard.strategy {
            strategies.append(wizard.strategy)
        } else {
            strategies.append(.byHand([:]))
        }
        return strategies
    }

    /// Empty brokers that are offered one by one; any others are asked for.
    private static let emptyShown = 3

    /// Brokers that are up and have none of the chosen replicas.
    private static func emptyBrokers(_ wizard: Wizard, _ model: Model) -> [BrokerID] {
        let partitions = wizard.chosen.compactMap { model.snapshot.partition($0) }
        return model.snapshot.brokers.filter { broker in
            broker.state == .up && !partitions.contains { $0.replicas.contains(broker.id) }
        }.map(\.id)
    }

    static func list(_ wizard: Wizard, _ model: Model) -> ListPage {
        let planner = ReassignmentPlanner(model.snapshot)
        let now = planner.plan(wizard.chosen, .byHand([:]))
        let rows = rows(wizard, now, planner, model)
        let perBroker = rows.map(\.plan).reduce(into: [now]) { $0 += $1.map { [$0] } ?? [] }
        let widths = (
            replicas: perBroker.flatMap { $0.replicas(after: true).values }.max().map { "\($0)".count } ?? 1,
            leaders: perBroker.flatMap { $0.leaders(after: true).values }.max().map { "\($0)".count } ?? 1
        )
        let count = model.snapshot.brokers.count
        var page = ListPage(
            title: "",
            columns: [
                .name("name", title: "STRATEGY", min: 26), .number("moved", title: "REPLICAS MOVED", width: 18),
                .number("bytes", title: "BYTES", width: 8, gap: 3),
                .words("replicas", title: "REPLICAS AFTER", width: max(14, count * (widths.replicas + 1)), gap: 2),
                .words(
                    "leaders", title: "LEADERS AFTER", width: max(13, count * (widths.leaders + 1)), dropOrder: 2,
                    gap: 2),
                .words("rack", title: "RACK", width: 20, dropOrder: 1, gap: 2),
            ], ids: rows.map(\.id), total: rows.count, sort: TableSort(column: "none"),
            row: { TableRow(cells(rows[$0], now, widths, wizard, model)) })
        let refusals = rows.compactMap { row in
            row.plan?.refusal.map { StyledText("Not possible: \(row.text.replacing(" …", with: "")): \($0).", .muted) }
        }
        page.footer =
            [
                StyledText(
                    "Now          replicas \(WizardScreen.counts(now.replicas(after: true), model, width: widths.replicas))"
                        + "   leaders \(WizardScreen.counts(now.leaders(after: false), model, width: widths.leaders))"),
                "",
            ] + refusals + newBrokers(wizard, model) + [
                StyledText("Among plans with equal balance the one that moves the fewest bytes is taken.", .muted)
            ]
        page.footerGap = 1
        page.footerIndent = 1
        return page
    }

    /// One line of the list.
    private struct Row {
        var id: String
        var text: String
        /// Nil when a number has to be asked for first and no usual one is known.
        var plan: MovePlan?
        var strategy: MoveStrategy?
        /// What stands for the number of replicas moved.
        var moved: String
    }

    private static func rows(
        _ wizard: Wizard, _ now: MovePlan, _ planner: ReassignmentPlanner, _ model: Model
    ) -> [Row] {
        func plan(_ strategy: MoveStrategy) -> MovePlan { planner.plan(wizard.chosen, strategy) }
        var rows: [Row] = []
        for strategy in offered(wizard, model) {
            let plan = plan(strategy)
            if strategy == .leadersOnly { rows += asked(wizard, now, plan: { planner.plan(wizard.chosen, $0) }, model) }
            let isEmptyHand = strategy == .byHand([:])
            rows.append(
                Row(
                    id: id(strategy), text: id(strategy), plan: isEmptyHand ? nil : plan, strategy: strategy,
                    moved: moved(strategy, plan, now)))
        }
        return rows
    }

    /// Strategies that ask for a number, computed for the likeliest one.
    private static func asked(
        _ wizard: Wizard, _ now: MovePlan, plan: (MoveStrategy) -> MovePlan, _ model: Model
    ) -> [Row] {
        let busiest = now.replicas(after: true).max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
        let factor = now.moves.map(\.before.count).max() ?? 1
        let other = factor > 1 ? factor - 1 : factor + 1
        var rows: [Row] = []
        if let busiest {
            let off = plan(.off([busiest]))
            rows.append(
                Row(id: "off …", text: "move off broker …", plan: off, moved: "\(off.replicasMoved) of \(busiest)"))
        }
        let resized = plan(.setReplicationFactor(other))
        rows.append(
            Row(
                id: "rf …", text: "set RF …", plan: resized, moved: moved(.setReplicationFactor(other), resized, now)))
        if emptyBrokers(wizard, model).count != 1 { rows.append(Row(id: "onto …", text: "onto broker …", moved: "—")) }
        return rows
    }

    private static func moved(_ strategy: MoveStrategy, _ plan: MovePlan, _ now: MovePlan) -> String {
        switch strategy {
        case .setReplicationFactor(let factor):
            let before = now.moves.map(\.before.count).max() ?? 0
            return plan.replicasMoved > 0
                ? "\(before) → \(factor): \(plan.replicasMoved) added"
                : "\(before) → \(factor): \(plan.replicasRemoved) removed"
        case .byHand where !plan.moves.contains(where: \.isChange): return "—"
        default: return "\(plan.replicasMoved)"
        }
    }

    private static func cells(
        _ row: Row, _ now: MovePlan, _ widths: (replicas: Int, leaders: Int), _ wizard: Wizard, _ model: Model
    ) -> [String: StyledText] {
        let isChosen = row.strategy.map { id($0) == id(wizard.strategy) } ?? false
        let name = WizardScreen.option(row.text, chosen: isChosen, model)
        guard let plan = row.plan else {
            return [
                "name": name, "moved": "—", "bytes": "—", "replicas": StyledText("—".leftPadded(to: widths.replicas)),
                "leaders": "—", "rack": "—",
            ]
        }
        if let refusal = plan.refusal {
            return [
                "name": StyledText(name.plain, .disabled), "moved": StyledText("not possible", .disabled),
                "rack": StyledText(refusal, .disabled),
            ]
        }
        return [
            "name": name, "moved": StyledText(row.moved, .number),
            "bytes": StyledText(Format.bytes(Int(plan.bytes)), .number),
            "replicas": StyledText(WizardScreen.counts(plan.replicas(after: true), model, width: widths.replicas)),
            "leaders": StyledText(WizardScreen.counts(plan.leaders(after: true), model, width: widths.leaders)),
            "rack": rack(plan, model),
        ]
    }

    /// How many racks the replicas of a partition span at least, and whether that is as good as before.
    private static func rack(_ plan: MovePlan, _ model: Model) -> StyledText {
        guard plan.moves.contains(where: { Set($0.before) != Set($0.after) }) else { return "unchanged" }
        let racks = Dictionary(model.snapshot.brokers.map { ($0.id, $0.rack ?? "") }, uniquingKeysWith: { a, _ in a })
        func span(_ list: [BrokerID]) -> Int { Set(list.map { racks[$0] ?? "" }).count }
        let after = plan.moves.map { span($0.after) }.min() ?? 0
        let keeps = plan.moves.allSatisfy { span($0.after) >= min(span($0.before), $0.after.count) }
        return StyledText(
            "\(after) rack\(after == 1 ? "" : "s") each: \(keeps ? "yes" : "fewer")", keeps ? .text : .healthDegraded)
    }

    private static func newBrokers(_ wizard: Wizard, _ model: Model) -> [StyledText] {
        let lines = emptyBrokers(wizard, model).prefix(3).compactMap { id -> String? in
            guard let broker = model.snapshot.broker(id) else { return nil }
            var text = "Broker \(id) is up"
            if let rack = broker.rack { text += ", rack \(rack)" }
            if let free = broker.diskFree, let total = broker.diskTotal {
                text += ", \(Format.bytes(Int(free))) free of \(Format.bytes(Int(total)))"
            }
            return text + "."
        }
        let never = "Brokers down or paused are never targets."
        let sentences = lines.count == 1 ? ["\(lines[0]) \(never)"] : lines + [never]
        return sentences.map { StyledText($0, .muted) }
    }
}
