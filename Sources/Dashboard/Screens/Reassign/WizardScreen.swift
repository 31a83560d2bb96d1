import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The wizard of screen 7: its frame, and what its steps share.
enum WizardScreen {
    static func tabs(_ model: Model) -> Tabs {
        Tabs(
            ["1 choose", "2 strategy", "3 preview", "4 throttle", "5 confirm"], active: model.wizard?.step.rawValue ?? 0
        )
    }

    static func list(_ model: Model) -> ListPage {
        guard let wizard = model.wizard else {
            var page = ListPage(
                title: "Plan a move", columns: [], ids: [], total: 0, sort: TableSort(column: "none"),
                row: { _ in TableRow([:]) })
            page.empty = ["Nothing is planned. Esc goes back."]
            return page
        }
        var page: ListPage
        let count = "\(wizard.chosen.count) partition\(wizard.chosen.count == 1 ? "" : "s")"
        switch wizard.step {
        case .choose:
            page = model.kept("step") { ChooseStep.page(wizard, model) }.page
            page.titleLeft = "Plan a move"
            page.titleRight = StyledText("\(count) chosen")
        case .strategy:
            page = model.kept("step") { StrategyStep.page(wizard, model) }.page
            page.titleLeft = "Plan a move: strategy"
            page.titleRight = StyledText(count)
        case .preview, .throttle:
            page =
                wizard.step == .preview
                ? PreviewStep.list(wizard, model)
                : model.kept("step") { ThrottleStep.page(wizard, WizardPlan.of(wizard, model), model) }.page
            page.titleLeft = StyledText("Plan a move: \(wizard.step)")
            page.titleRight = model.kept("title") {
                let plan = WizardPlan.of(wizard, model)
                return StyledText(
                    "\(name(wizard.strategy))   \(plan.replicasMoved) replicas   \(Format.bytes(Int(plan.bytes)))")
            }
        }
        page.bottomRight = ""
        page.header = ["", ""] + page.header
        page.hasSteps = true
        return page
    }

    static func name(_ strategy: MoveStrategy) -> String {
        switch strategy {
        case .spreadEvenly: "spread evenly"
        case .onto(let ids): "onto new \(brokers(ids))"
        case .off(let ids): "move off \(brokers(ids))"
        case .setReplicationFactor(let factor): "set RF \(factor)"
        case .leadersOnly: "preferred leaders only"
        case .byHand: "by hand"
        }
    }

    /// `broker 4`, `brokers 4, 5`.
    static func brokers(_ ids: Set<BrokerID>) -> String {
        "broker\(ids.count == 1 ? "" : "s") " + ids.sorted().map(String.init).joined(separator: ", ")
    }

    /// Partitions that do not move already.
    ///
    /// - Parameter withInternal: those of Kafka's own topics too, without which no broker is empty.
    static func allPartitions(_ model: Model, withInternal: Bool = false) -> [TopicPartition] {
        model.snapshot.topics.filter { withInternal || !$0.isInternal }.flatMap { topic in
            topic.partitions.filter { !$0.isMoving }.map { TopicPartition(topic.name, $0.id) }
        }
    }

    /// A sign and a text to be chosen by the cursor.
    static func option(_ text: String, chosen: Bool, _ model: Model) -> StyledText {
        StyledText("\(chosen ? model.glyphs.chosen : model.glyphs.notChosen) \(text)")
    }

    /// Numbers of brokers in id order, each as wide as the widest of all plans shown.
    static func counts(_ counts: [BrokerID: Int], _ model: Model, width: Int) -> String {
        model.snapshot.brokers.map { String(counts[$0.id] ?? 0).leftPadded(to: width) }.joined(separator: " ")
    }

    /// About how long: whole seconds as long as they are read at a glance.
    static func about(_ seconds: Double) -> String {
        "about " + (seconds < 99.5 ? Format.wholeDuration(seconds) : Format.duration(seconds.rounded()))
    }
}
