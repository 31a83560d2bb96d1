import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Taking a member out of a group.
@Suite struct RemoveMemberTests {
    private func model(type: String) -> Model {
        var model = Fixture.groups(.group("notification-push"))
        let report = model.report
        var snapshot = report?.snapshot ?? ClusterSnapshot(at: 0)
        for index in snapshot.groups.indices where snapshot.groups[index].name == "notification-push" {
            snapshot.groups[index].type = type
        }
        model.latest = ClusterReport(snapshot, figures: report?.figures ?? ClusterFigures())
        return model
    }

    @Test func theMemberUnderTheCursorIsRemoved() {
        var model = model(type: "classic")
        _ = Update.update(&model, .key(.character("K")))
        #expect(model.popup == nil, "its partitions are shown, not its members")
        _ = Update.update(&model, .key(.tab))
        _ = Update.update(&model, .key(.character("K")))
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("Remove a member of notification-push"))
        #expect(text.contains("push-1 on 127.0.0.1"))
        #expect(text.contains("klamm groups remove-members notification-push push-1-0b5a"))
        #expect(
            Update.update(&model, .key(.character("y"))) == [
                .change(
                    .removeMembers(group: "notification-push", ["push-1-0b5a"]),
                    command: "klamm groups remove-members notification-push push-1-0b5a")
            ])
    }

    @Test func membersOfTheNewProtocolCannotBeRemoved() {
        var model = model(type: "consumer")
        _ = Update.update(&model, .key(.tab))
        _ = Update.update(&model, .key(.character("K")))
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("leaves only by itself"))
        #expect(Update.update(&model, .key(.enter)).isEmpty)
    }
}
