import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Plans about who votes in the metadata quorum (KIP-853).
extension Plans {
    /// Making an observer a voter, or a voter an observer; nil for a broker that is neither.
    static func changeVote(of id: BrokerID, _ model: Model) -> PlanPopup? {
        guard let quorum = model.snapshot.quorum?.value else { return nil }
        let voters = quorum.voters.map(\.id).sorted()
        if voters.contains(id) { return takeVote(of: id, voters, quorum, model) }
        guard quorum.observers.contains(where: { $0.id == id }) else { return nil }
        let then = (voters + [id]).sorted()
        let change = Change.addVoter(id)
        return PlanPopup(
            title: "Make broker \(id) a voter",
            lines: [
                StyledText("Sends AddRaftVoter: the leader waits until the quorum has it in its log."), "",
                fact("voters", StyledText("\(names(voters)) → \(names(then))")),
                fact("then", StyledText(tolerance(then.count))),
                fact("undo", StyledText("V: takes its vote again")),
            ],
            question: refusal(quorum, model) ?? asked("Make broker \(id) a voter?"), change: change, width: 84)
    }

    private static func takeVote(
        of id: BrokerID, _ voters: [BrokerID], _ quorum: QuorumSnapshot, _ model: Model
    ) -> PlanPopup {
        let then = voters.filter { $0 != id }
        var lines = [
            StyledText("Sends RemoveRaftVoter: broker \(id) goes on as a broker that observes the quorum."), "",
            fact("voters", StyledText("\(names(voters)) → \(names(then))")),
            fact("then", StyledText(tolerance(then.count))),
        ]
        if quorum.leader == id { lines.append(fact("leader", StyledText("it leads: another voter is elected"))) }
        lines.append(fact("undo", StyledText("V: makes it a voter again")))
        let question =
            then.isEmpty
            ? PlanPopup.Question.refused("Not possible: it is the only voter.")
            : refusal(quorum, model) ?? asked("Take the vote of broker \(id)?")
        return PlanPopup(
            title: "Take the vote of broker \(id)", lines: lines, question: question, change: .removeVoter(id),
            width: 84)
    }

    /// Voters that stand in controller.quorum.voters cannot change.
    private static func refusal(_ quorum: QuorumSnapshot, _ model: Model) -> PlanPopup.Question? {
        guard !quorum.features.isEmpty, quorum.features["kraft.version", default: 0] < 1 else { return nil }
        return .refused("Not possible before klamm features upgrade kraft.version 1.")
    }

    private static func names(_ ids: [BrokerID]) -> String {
        ids.isEmpty ? "none" : ids.map { "\($0)" }.joined(separator: " ")
    }

    private static func tolerance(_ voters: Int) -> String {
        let majority = voters / 2 + 1
        let spare = max(0, voters - majority)
        return "\(majority) of \(voters) must be up: \(spare == 0 ? "none" : "\(spare)") may be lost"
    }
}
