import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Verbs act on the marked rows; the row under the cursor counts only while nothing is marked.
@Suite struct MarkTests {
    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func has(_ text: String, _ model: Model) -> Bool { View.view(model).lines.contains { $0.contains(text) } }

    private func model(_ place: Place, marked: Set<String>, cursor: String) -> Model {
        var model = Fixture.model(Fixture.healthy(), place)
        model.list.marks = marked
        model.list.cursorID = cursor
        return model
    }

    @Test func partitionsAreAddedToAllMarked() {
        var model = model(.topics, marked: ["orders", "payments"], cursor: "sessions")
        _ = press([.character("A")], &model)
        #expect(has("Add partitions to the 2 marked topics", model) && has("now 6 – 12", model))
        _ = press([.backspace, .character("2"), .enter], &model)
        #expect(has("orders                        12 → 14 partitions", model))
        #expect(has("payments                      6 → 8 partitions", model))
        #expect(has("Add 4 partitions?", model))
        guard case .change(let change, let command)? = press([.character("y")], &model).first else {
            Issue.record("nothing is sent")
            return
        }
        #expect(change == .addPartitions(["orders": 14, "payments": 8]))
        #expect(
            command == "klamm topics alter orders --partitions 14; klamm topics alter payments --partitions 8")
    }

    @Test func aTotalHasToBeMoreThanAllHave() {
        var model = model(.topics, marked: ["orders", "payments"], cursor: "sessions")
        _ = press([.character("A"), .control("u"), .character("9")], &model)
        #expect(has("more than 12, at most 10,000; or +2", model))
        _ = press([.backspace] + "20".map { .character($0) } + [.enter], &model)
        #expect(has("Add 22 partitions?", model))
    }

    @Test(arguments: "CPu") func oneTopicAtATime(_ key: Character) {
        var two = model(.topics, marked: ["orders", "payments"], cursor: "sessions")
        #expect(press([.character(key)], &two).isEmpty && two.popup == nil && two.place == .topics)
        #expect(two.flash?.text == "\(key): one topic at a time: 2 are marked")
        var one = model(.topics, marked: ["orders"], cursor: "sessions")
        _ = press([.character(key)], &one)
        switch key {
        case "C": #expect(has("New topic like orders", one))
        case "P": #expect(has("Produce to orders", one))
        default: #expect(one.place == .topic("orders", .groups))
        }
    }

    @Test func oneGroupIsResetAtATime() {
        var two = model(.groups, marked: ["billing", "fraud-check"], cursor: "click-archiver")
        #expect(press([.character("O")], &two).isEmpty && two.popup == nil)
        #expect(two.flash?.text == "O: one group at a time: 2 are marked")
        var one = model(.groups, marked: ["billing"], cursor: "click-archiver")
        _ = press([.character("O")], &one)
        #expect(has("Reset offsets of billing", one))
    }

    @Test func theTopicsOfAllMarkedGroupsAreShown() {
        var two = model(.groups, marked: ["billing", "click-archiver"], cursor: "fraud-check")
        _ = press([.character("u")], &two)
        #expect(two.place == .topics && two.list.filter == "re:^(clickstream|payments)$")
    }

    @Test func oneBrokerIsConfiguredAtATime() {
        var two = model(.brokers, marked: ["1", "2"], cursor: "3")
        #expect(press([.character("E")], &two).isEmpty && two.place == .brokers)
        #expect(two.flash?.text == "E: one broker at a time: 2 are marked")
        var one = model(.brokers, marked: ["1"], cursor: "3")
        _ = press([.character("E")], &one)
        #expect(one.place == .broker(1, .configs))
    }

    @Test func allMarkedBrokersAreDrainedTogether() {
        for marked in [["1"], ["1", "2"]] {
            var model = model(.brokers, marked: Set(marked), cursor: "3")
            _ = press([.character("W")], &model)
            let ids = Set(marked.compactMap { BrokerID($0) })
            #expect(model.wizard?.strategy == .off(ids) && model.place == .plan)
            let chosen = model.wizard?.chosen.compactMap { model.snapshot.partition($0) } ?? []
            #expect(!chosen.isEmpty && chosen.allSatisfy { !ids.isDisjoint(with: $0.replicas) })
            // Enter keeps what is chosen.
            #expect(Screens.list(model)?.cursorID(model.list) == WizardScreen.name(.off(ids)))
        }
    }
}
