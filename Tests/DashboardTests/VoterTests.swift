import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Making brokers voters of the metadata quorum, and taking votes away.
@Suite struct VoterTests {
    @Test func theVoteOfTheVoterUnderTheCursorIsTaken() {
        var model = Story.moving.model(.quorum)
        _ = Update.update(&model, .key(.character("O")))
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("Take the vote of broker 1"))
        #expect(text.contains("1 2 3 → 2 3"))
        #expect(text.contains("2 of 2 must be up: none may be lost"))
        #expect(text.contains("it leads: another voter is elected"))
        #expect(
            Update.update(&model, .key(.character("y"))) == [
                .change(.removeVoter(1), command: "klamm quorum remove 1")
            ])
    }

    @Test func anObserverIsMadeAVoter() {
        let model = Story.moving.model(.quorum)
        let plan = Plans.changeVote(of: 4, model)
        #expect(plan?.change == .addVoter(4))
        #expect(plan?.lines.contains { "\($0)".contains("3 of 4 must be up: 1 may be lost") } == true)
        #expect(Plans.changeVote(of: 9, model) == nil)
    }

    @Test func configuredVotersStay() {
        var model = Story.moving.model(.quorum)
        var snapshot = model.snapshot
        snapshot.quorum?.value.features["kraft.version"] = 0
        model.latest = ClusterReport(snapshot, figures: model.figures)
        guard case .refused(let why)? = Plans.changeVote(of: 4, model)?.question else {
            Issue.record("it is asked")
            return
        }
        #expect(why.contains("klamm features upgrade kraft.version 1"))
    }
}
