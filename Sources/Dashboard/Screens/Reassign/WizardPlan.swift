import ClusterInsight
import KafkaProtocol
import Synchronization

/// The plan that the wizard comes to, kept with the picture it is made of: of very many partitions it takes longer to work
/// out than a frame may. One is kept, as it is as large as the cluster.
final class WizardPlan: Sendable {
    /// What a plan follows from, besides the picture.
    private struct Wanted: Equatable {
        let chosen: [TopicPartition]
        let strategy: MoveStrategy
        let leftOut: Set<TopicPartition>
        let byHand: [TopicPartition: [BrokerID]]

        init(_ wizard: Wizard) {
            (chosen, strategy) = (wizard.chosen, wizard.strategy)
            (leftOut, byHand) = (wizard.leftOut, wizard.byHand)
        }
    }

    private let kept = Mutex<(Wanted, MovePlan)?>(nil)

    /// The plan of the strategy chosen, with what was left out and edited by hand.
    static func of(_ wizard: Wizard, _ model: Model) -> MovePlan {
        let known: WizardPlan = model.keptOfPicture("wizard's plan") { WizardPlan() }
        let wanted = Wanted(wizard)
        if let (same, plan) = known.kept.withLock({ $0 }), same == wanted { return plan }
        let plan = made(wizard, model.snapshot)
        known.kept.withLock { $0 = (wanted, plan) }
        return plan
    }

    private static func made(_ wizard: Wizard, _ snapshot: ClusterSnapshot) -> MovePlan {
        var plan = ReassignmentPlanner(snapshot).plan(wizard.chosen, wizard.strategy)
        guard !wizard.leftOut.isEmpty || !wizard.byHand.isEmpty else { return plan }
        for index in plan.moves.indices {
            let id = plan.moves[index].partition
            if wizard.leftOut.contains(id) {
                plan.moves[index].after = plan.moves[index].before
            } else if let list = wizard.byHand[id] {
                plan.moves[index].after = list
            }
        }
        return plan
    }
}
