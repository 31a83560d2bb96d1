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
        offered(wizard, empty: emptyBrokers(wizard, model))
    }

    private static func offered(_ wizard: Wizard, empty: [BrokerID]) -> [MoveStrategy] {
        var strategies: [MoveStrategy] = [.spreadEvenly]
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
        let used = wizard.chosen.reduce(into: Set<BrokerID>()) { used, id in
            used.formUnion(model.snapshot.partition(id)?.replicas ?? [])
        }
        return model.snapshot.brokers.filter { $0.state == .up && !used.contains($0.id) }.map(\.id)
    }

    static func page(_ wizard: Wizard, _ model: Model) -> StepPage {
        let planner = ReassignmentPlanner(model.snapshot)
        let now = MovePlan(moves: planner.standing(wizard.chosen))
        let empty = emptyBrokers(wizard, model)
        let rows = rows(wizard, now, empty, planner, model)
        let before = (replicas: now.replicas(after: true), leaders: now.leaders(after: false))
        let figures = rows.compactMap(\.figures)
        let widths = (
            replicas: width([before.replicas] + figures.map(\.replicas)),
            leaders: width([now.leaders(after: true)] + figures.map(\.leaders))
        )
        let count = model.snapshot.brokers.count
        let columns: [TableColumn] = [
            .name("name", title: "STRATEGY", min: 26), .number("moved", title: "REPLICAS MOVED", width: 18),
            .number("bytes", title: "BYTES", width: 8, gap: 3),
            .words("replicas", title: "REPLICAS AFTER", width: max(14, count * (widths.replicas + 1)), gap: 2),
            .words(
                "leaders", title: "LEADERS AFTER", width: max(13, count * (widths.leaders + 1)), dropOrder: 2, gap: 2),
            .words("rack", title: "RACK", width: 20, dropOrder: 1, gap: 2),
        ]
        let refusals = rows.compactMap { row in
            row.refusal.map { StyledText("Not possible: \(row.text.replacing(" …", with: "")): \($0).", .muted) }
        }
        let nowText =
            "Now          replicas \(WizardScreen.counts(before.replicas, model, width: widths.replicas))"
            + "   leaders \(WizardScreen.counts(before.leaders, model, width: widths.leaders))"
        var page = StepPage(
            columns, rows.map { ($0.id, cells($0, widths, wizard, model)) },
            footer: [StyledText(nowText), ""] + refusals + newBrokers(empty, model) + [
                StyledText("Among plans with equal balance the one that moves the fewest bytes is taken.", .muted)
            ])
        page.footerIndent = 1
        return page
    }

    /// Digits of the largest number.
    private static func width(_ counts: [[BrokerID: Int]]) -> Int {
        counts.flatMap(\.values).max().map { "\($0)".count } ?? 1
    }

    /// What stands beside a strategy: its plan is as large as the cluster, and is not kept.
    private struct Figures {
        var bytes: Int64
        var replicas: [BrokerID: Int]
        var leaders: [BrokerID: Int]
        var rack: StyledText

        init(_ plan: MovePlan, _ model: Model) {
            bytes = plan.bytes
            replicas = plan.replicas(after: true)
            leaders = plan.leaders(after: true)
            rack = StrategyStep.rack(plan, model)
        }
    }

    /// One line of the list.
    private struct Row {
        var id: String
        var text: String
        var strategy: MoveStrategy?
        /// What stands for the number of replicas moved.
        var moved: String
        /// Why it is not possible.
        var refusal: String?
        /// Nil when it is not, or when a number has to be asked for first and no usual one is known.
        var figures: Figures?
    }

    private static func rows(
        _ wizard: Wizard, _ now: MovePlan, _ empty: [BrokerID], _ planner: ReassignmentPlanner, _ model: Model
    ) -> [Row] {
        let before = now.factor
        func row(_ id: String, _ text: String, _ computed: MoveStrategy, is strategy: MoveStrategy? = nil) -> Row {
            let plan = planner.plan(now.moves, computed)
            return Row(
                id: id, text: text, strategy: strategy, moved: moved(computed, plan, factor: before),
                refusal: plan.refusal, figures: plan.refusal == nil ? Figures(plan, model) : nil)
        }
        return offered(wizard, empty: empty).flatMap { strategy -> [Row] in
            let id = id(strategy)
            if strategy == .byHand([:]) { return [Row(id: id, text: id, strategy: strategy, moved: "—")] }
            let own = row(id, label(strategy, model), strategy, is: strategy)
            return strategy == .leadersOnly ? asked(now, factor: before, empty, row) + [own] : [own]
        }
    }

    /// Brokers that nothing chosen is on are new only where they hold nothing else.
    private static func label(_ strategy: MoveStrategy, _ model: Model) -> String {
        guard case .onto(let ids) = strategy, ids.contains(where: { model.figures.brokers[$0]?.replicas ?? 0 > 0 })
        else { return id(strategy) }
        return "onto \(WizardScreen.brokers(ids))"
    }

    /// Strategies that ask for a number, computed for the likeliest one.
    private static func asked(
        _ now: MovePlan, factor: Int, _ empty: [BrokerID],
        _ row: (_ id: String, _ text: String, _ computed: MoveStrategy, _ strategy: MoveStrategy?) -> Row
    ) -> [Row] {
        var rows: [Row] = []
        if let busiest = now.replicas(after: true).max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key {
            var off = row("off …", "move off broker …", .off([busiest]), nil)
            off.moved += " of \(busiest)"
            rows.append(off)
        }
        let other = factor > 1 ? factor - 1 : factor + 1
        rows.append(row("rf …", "set RF …", .setReplicationFactor(other), nil))
        if empty.count != 1 { rows.append(Row(id: "onto …", text: "onto broker …", moved: "—")) }
        return rows
    }

    private static func moved(_ strategy: MoveStrategy, _ plan: MovePlan, factor before: Int) -> String {
        switch strategy {
        case .setReplicationFactor(let factor):
            let added = plan.replicasMoved
            return "\(before) → \(factor): " + (added > 0 ? "\(added) added" : "\(plan.replicasRemoved) removed")
        case .byHand where !plan.isChange: return "—"
        default: return "\(plan.replicasMoved)"
        }
    }

    private static func cells(
        _ row: Row, _ widths: (replicas: Int, leaders: Int), _ wizard: Wizard, _ model: Model
    ) -> [String: StyledText] {
        let isChosen = row.strategy.map { id($0) == id(wizard.strategy) } ?? false
        let name = WizardScreen.option(row.text, chosen: isChosen, model)
        if let refusal = row.refusal {
            return [
                "name": StyledText(name.plain, .disabled), "moved": StyledText("not possible", .disabled),
                "rack": StyledText(refusal, .disabled),
            ]
        }
        guard let figures = row.figures else {
            return [
                "name": name, "moved": "—", "bytes": "—", "replicas": StyledText("—".leftPadded(to: widths.replicas)),
                "leaders": "—", "rack": "—",
            ]
        }
        return [
            "name": name, "moved": StyledText(row.moved, .number),
            "bytes": StyledText(Format.bytes(Int(figures.bytes)), .number),
            "replicas": StyledText(WizardScreen.counts(figures.replicas, model, width: widths.replicas)),
            "leaders": StyledText(WizardScreen.counts(figures.leaders, model, width: widths.leaders)),
            "rack": figures.rack,
        ]
    }

    /// How many racks the replicas of a partition span at least, and whether that is as good as before.
    private static func rack(_ plan: MovePlan, _ model: Model) -> StyledText {
        guard plan.moves.contains(where: { $0.isChange && Set($0.before) != Set($0.after) }) else { return "unchanged" }
        let racks = Racks(model.snapshot.brokers)
        var (least, keeps) = (Int.max, true)
        for move in plan.moves {
            let after = racks.span(move.after)
            least = min(least, after)
            keeps = keeps && (!move.isChange || after >= min(racks.span(move.before), move.after.count))
        }
        return StyledText(
            "\(least) rack\(least == 1 ? "" : "s") each: \(keeps ? "yes" : "fewer")",
            keeps ? .text : .healthDegraded)
    }

    private static func newBrokers(_ empty: [BrokerID], _ model: Model) -> [StyledText] {
        let lines = empty.prefix(3).compactMap { id -> String? in
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
