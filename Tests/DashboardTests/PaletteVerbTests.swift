import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Verbs of `:` are the keys of screens, done to what is named.
@Suite struct PaletteVerbTests {
    private func run(_ line: String, _ model: inout Model) -> [Command] {
        guard case .done(let commands) = Palette.run(line, chosen: 0, &model) else {
            Issue.record("\(line) is not known")
            return []
        }
        return commands
    }

    /// The plan that a line opens.
    private func plan(_ line: String, _ model: inout Model) throws -> PlanPopup {
        _ = run(line, &model)
        guard case .plan(let plan)? = model.popup else {
            throw Failure("no plan for \(line): \(model.flash?.text ?? "")")
        }
        return plan
    }

    @Test func theyOpenThePlansOfTheKeys() throws {
        let expected: [(String, Change)] = [
            ("delete orders", .deleteTopics(["orders"])), ("delete billing", .deleteGroups(["billing"])),
            ("kill 2", .killBroker(2)), ("stop 3", .stopBroker(3)), ("pause 1", .pauseBroker(1)),
            ("restart 2", .rollingRestart([2])), ("remove 3", .removeBroker(3)), ("add-broker", .addBroker),
        ]
        for (line, change) in expected {
            var model = Fixture.groups(.events)
            #expect(try plan(line, &model).change == change, "\(line)")
            #expect(model.place == .events && model.back.isEmpty, "\(line) goes nowhere else")
        }
    }

    /// What the ghost shows is what Enter takes, while it is the only one.
    @Test func clustersAndThemesAreKnownByTheirBeginning() {
        var model = Fixture.groups(.overview)
        model.themes = ["nord", "klamm-dark", "klamm-light"]
        model.clusters = ["bundled", "prod", "preprod"].map { ClusterInfo(name: $0, isBundled: false) }
        #expect(run("cluster b", &model) == [.showCluster("bundled")])
        #expect(run("cluster prod", &model) == [.showCluster("prod")])
        #expect(run("cluster pr", &model) == [.showCluster("pr")], "two begin so: it is said that there is none")
        #expect(run("theme no", &model) == [.setTheme("nord")])
        #expect(run("theme klamm-", &model) == [.setTheme("klamm-")])
    }

    @Test func whatDestroysNeedsItsName() throws {
        var model = Fixture.groups(.overview)
        guard case .typed(let typed) = try plan("delete orders", &model).question else {
            Issue.record("it is not asked for the name")
            return
        }
        #expect(typed.expected == "orders")
    }

    @Test func formsOpenForTheObject() {
        for (line, title) in [
            ("purge payments", "Purge payments"), ("add-partitions payments", "Add partitions to payments"),
            ("clone payments", "New topic like payments"), ("new shipments", "New topic"),
        ] {
            var model = Fixture.groups(.groups)
            _ = run(line, &model)
            guard case .form(let form)? = model.popup else {
                Issue.record("no form for \(line)")
                continue
            }
            #expect(form.title.lowercased().contains(title.lowercased()), "\(form.title)")
            if line.hasPrefix("new") { #expect(form.string("name") == "shipments") }
        }
        var model = Fixture.groups(.overview)
        _ = run("reset billing", &model)
        guard case .reset(let popup)? = model.popup else {
            Issue.record("no reset")
            return
        }
        #expect(popup.group == "billing" && popup.leftOut.isEmpty)
    }

    @Test func whatIsShownElsewhereIsGoneTo() {
        var model = Fixture.groups(.events)
        #expect(run("config orders", &model) == [.fetchConfigs([.topic("orders")])])
        #expect(model.place == .topic("orders", .config))
        _ = Navigation.back(&model)
        #expect(model.place == .events)
        _ = run("config 2", &model)
        #expect(model.place == .broker(2, .configs))
    }

    @Test func withoutANameItIsTheObjectUnderTheCursor() throws {
        var model = Fixture.groups(.topics)
        model.list.cursorID = "sessions"
        #expect(try plan("delete", &model).change == .deleteTopics(["sessions"]))
        model.popup = nil
        _ = run("kill", &model)
        #expect(model.popup == nil && model.flash?.text == "kill wants the name of a broker")
    }

    @Test func aNameThatNothingHasIsSaid() {
        var model = Fixture.groups(.topics)
        _ = run("delete nothing", &model)
        #expect(model.flash?.text == "there is no topic or group nothing" && model.popup == nil)
        _ = run("kill x", &model)
        #expect(model.flash?.text == "there is no broker x")
    }

    @Test func oneNameOfTwoIsAskedFor() throws {
        var model = Fixture.groups(.overview)
        var snapshot = model.snapshot
        snapshot.groups.append(GroupSnapshot(name: "orders", state: "empty"))
        snapshot.groups.sort { $0.name < $1.name }
        model.latest = ClusterReport(snapshot, figures: model.figures)
        _ = run("delete orders", &model)
        #expect(model.flash?.text == "orders is both: delete topic orders or delete group orders")
        #expect(try plan("delete group orders", &model).change == .deleteGroups(["orders"]))
        #expect(try plan("delete topic orders", &model).change == .deleteTopics(["orders"]))
    }

    @Test func aReadOnlyClusterIsNotChangedByThemEither() {
        for line in [
            "delete orders", "kill 2", "purge orders", "reset billing", "new x", "add-broker", "config orders",
        ] {
            var model = Fixture.groups(.overview)
            model.cluster.readOnlyReason = "--read-only"
            let commands = run(line, &model)
            guard case .text(let popup)? = model.popup else {
                Issue.record("\(line) is not refused")
                continue
            }
            #expect(popup.title == "Not done" && commands.isEmpty, "\(line)")
            #expect(!popup.lines[0].plain.hasPrefix(" "), "\(popup.lines[0].plain)")
        }
    }

    @Test func othersBrokersAreLeftAlone() {
        var model = Fixture.groups(.overview)
        model.cluster.isBundled = false
        _ = run("kill 2", &model)
        #expect(model.popup == nil && model.flash?.text.hasSuffix("Klamm did not start these brokers") == true)
    }

    @Test func namesAreCompleted() {
        var model = Fixture.groups(.overview)
        for key in ":delete bi" { _ = Update.update(&model, .key(.character(key))) }
        #expect(model.prompt?.prompt.ghost == "lling")
        _ = Update.update(&model, .key(.tab))
        #expect(model.prompt?.prompt.input.text == "delete billing")
        #expect(Palette.suggestions("kill ", model).map(\.text).prefix(3) == ["kill 1", "kill 2", "kill 3"])
    }

    /// A verb without its key would do nothing.
    @Test func everyVerbHasItsKeys() {
        for verb in PaletteVerb.all {
            #expect(!verb.actions.isEmpty, "\(verb.name)")
            #expect(verb.actions.allSatisfy { $0.action.group == .change }, "\(verb.name)")
        }
        #expect(PaletteVerb.all.map(\.actions.count).reduce(0, +) == 19)
        #expect(Set(PaletteVerb.all.map(\.name)).count == PaletteVerb.all.count)
    }
}
