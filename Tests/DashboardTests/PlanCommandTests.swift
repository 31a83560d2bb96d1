import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Which command a plan shows; that the command line takes it is tested beside the command line.
@Suite struct PlanCommandTests {
    /// The command of the plan that a filled form ends in.
    private func command(
        _ kind: FormPopup.Kind, _ fields: [FormField], _ change: (inout Model) -> Void = { _ in }
    ) throws -> String {
        var model = Fixture.model(Fixture.healthy(), .groups)
        change(&model)
        _ = Forms.submit(FormPopup(kind: kind, title: "", fields: fields), &model)
        guard case .plan(let plan)? = model.popup else { throw Failure("no plan") }
        return plan.command
    }

    private func reset(_ mode: ResetMode, _ value: String = "") -> String {
        var popup = ResetPopup(group: "billing")
        popup.mode = mode
        popup.value = value
        return ResetOffsets.command(popup, Fixture.model(Fixture.healthy(), .groups))
    }

    @Test func resetsInTheWordsOfTheChoice() {
        let all = "klamm groups reset-offsets billing --topic payments"
        #expect(reset(.beginning) == all + " --to-earliest")
        #expect(reset(.end) == all + " --to-latest")
        #expect(reset(.offset, "17") == all + " --to-offset 17")
        // Nothing is committed in the other partitions.
        #expect(reset(.shift, "−5") == all + ":0 --shift-by=-5")
        #expect(reset(.current) == all + ":0 --to-current")
    }

    /// On a narrow screen too it can be taken into a shell.
    @Test func aLongCommandGoesOnInTheNextLine() throws {
        let names = (1...5).map { "a-topic-with-a-name-\($0)" }
        var model = Fixture.model(Fixture.healthy(), .topics, width: 80, height: 24)
        func shown(_ names: [String]) -> String {
            model.popup = .plan(
                PlanPopup(title: "", lines: [], question: .refused("no"), change: .deleteTopics(names)))
            return View.view(model).lines.joined(separator: "\n")
        }
        #expect(shown(names).contains("klamm topics delete a-topic-with-a-name-1 a-topic-with-a-name-2 \\"))
        #expect(shown(names).contains("  a-topic-with-a-name-5 "))
        let quoted = ["a name with blanks", "another that is broken at one of its own blanks"]
        #expect(shown(quoted + names).contains("…"), "a quoted word cannot go on below")
        let many = shown((1...99).map { "a-topic-with-a-name-\($0)" })
        #expect(many.contains("  … 47 lines more; y copies all of it"))
        model.popup = .plan(
            PlanPopup(
                title: "", lines: [], question: Plans.asked("Sure?"),
                change: .deleteTopics((1...99).map { "a-topic-with-a-name-\($0)" })))
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("  … 47 lines more; the journal will have all of it"))
    }

    @Test func anotherClusterIsNamed() throws {
        let fields: [FormField] = [.text("total", "partitions", "20")]
        let here = try command(.addPartitions(["orders"]), fields)
        #expect(here == "klamm topics alter orders --partitions 20")
        let there = try command(.addPartitions(["orders"]), fields) {
            $0.cluster.commandOptions = ["--cluster-dir", "/my clusters/one"]
        }
        #expect(there == here + " --cluster-dir '/my clusters/one'")
    }

    @Test func anUndoNamesWhatItDoes() {
        let entry = JournalEntry(
            number: 3, at: 0, cluster: "bundled", change: "stop broker 2", result: "ok", command: "klamm cluster stop 2"
        )
        let plan = UndoPlan.plan(entry, .startBrokers([2]), Fixture.model(Fixture.healthy(), .journal))
        #expect(plan.command == "klamm cluster restart 2")
    }
}
