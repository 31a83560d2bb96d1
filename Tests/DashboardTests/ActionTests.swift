import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// The binding tables, and that only plans change anything.
@Suite struct ActionTests {
    @Test(arguments: Place.examples) func noKeyMeansTwoThings(_ place: Place) {
        let keys = Actions.table(place).flatMap(\.keys)
        #expect(Set(keys).count == keys.count, "\(place)")
        let ids = Actions.table(place).map(\.id)
        #expect(Set(ids).count == ids.count)
        for action in Actions.table(place) { #expect(!action.help.isEmpty, "\(action.id)") }
    }

    @Test(arguments: Place.examples) func onlyCapitalLettersChangeTheCluster(_ place: Place) {
        for action in Actions.own(place) where action.group == .change {
            for key in action.keys {
                guard case .character(let character) = key else {
                    Issue.record("\(action.id) changes the cluster by \(key)")
                    continue
                }
                #expect(character.isUppercase, "\(action.id)")
            }
        }
    }

    /// As they come over a slow line, where a terminal cannot tell them from Alt and the key.
    @Test func escapeAndAKeyAtOnceAreBoth() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        _ = Update.update(&model, .key(.character("?")))
        #expect(model.popup != nil)
        _ = Update.update(&model, .key(.alt("2")))
        #expect(model.popup == nil && model.place == .brokers)
        _ = Update.update(&model, .key(.alt("3")))
        #expect(model.place == .topics)
        model.list.cursorID = "orders-retry"
        _ = Update.update(&model, .key(.character("D")))
        let typing = model.popup
        _ = Update.update(&model, .key(.alt("b")))
        #expect(model.popup == typing, "a text is not given up for it")
        _ = Update.update(&model, .key(.alt("j")))
        #expect(model.popup == nil, "but it is for what means nothing in it")
    }

    @Test func escapeLeavesAPromptThoughAKeyComesWithIt() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        for character in "/ord" { _ = Update.update(&model, .key(.character(character))) }
        let word = model.prompt?.prompt.input
        _ = Update.update(&model, .key(.alt("b")))
        #expect(model.prompt?.prompt.input.cursor == 0 && word?.cursor == 3, "a word back")
        let row = Screens.list(model)?.cursor(model.list)
        _ = Update.update(&model, .key(.alt("j")))
        #expect(model.prompt == nil && model.list.filter.isEmpty)
        #expect(Screens.list(model)?.cursor(model.list) != row)
    }

    @Test func readOnlyRefusesEveryChange() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.cluster.readOnlyReason = "--read-only"
        for character in "NCEARLPXD" {
            let commands = Update.update(&model, .key(.character(character)))
            #expect(commands.isEmpty)
            #expect(model.popup != nil)
            model.popup = nil
        }
        #expect(model.flash?.text == "read-only: nothing was sent")
    }

    @Test(arguments: "KSUZW") func brokerKeysSayWhereTheyAct(_ key: Character) {
        var model = Fixture.model(Fixture.healthy(), .overview)
        model.pane = .health
        #expect(Update.update(&model, .key(.character(key))).isEmpty)
        #expect(model.popup == nil)
        #expect(model.flash?.text.contains("Tab to the Brokers pane") == true)
        model.flash = nil
        model.pane = .brokers
        _ = Update.update(&model, .key(.character(key)))
        #expect(model.flash?.text.contains("Tab to the Brokers pane") != true)
    }

    @Test func attachedClustersCannotKill() {
        var model = Fixture.model(Fixture.healthy(), .brokers)
        model.cluster.isBundled = false
        #expect(Update.update(&model, .key(.character("K"))).isEmpty)
        #expect(model.popup == nil)
        #expect(model.flash?.text.contains("Klamm did not start these brokers") == true)
    }

    @Test func deletingATopicNeedsItsName() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.cursorID = "orders-retry"
        _ = Update.update(&model, .key(.character("D")))
        #expect(Update.update(&model, .key(.enter)).isEmpty)
        #expect(model.popup != nil)
        _ = Update.update(&model, .key(.paste("orders-retry")))
        #expect(
            Update.update(&model, .key(.enter))
                == [.change(.deleteTopics(["orders-retry"]), command: "klamm topics delete orders-retry")])
    }

    @Test func theCursorStaysOnItsTopic() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        for _ in 0..<3 { _ = Update.update(&model, .key(.down)) }
        let before = Screens.list(model)?.cursorID(model.list)
        #expect(before == "inventory")
        let healthy = Fixture.healthy()
        var snapshot = healthy.snapshot
        snapshot.topics.removeAll { $0.name == "audit-log" }
        let report = ClusterReport(snapshot, figures: healthy.figures)
        _ = Update.update(&model, .report(report, model.latestEvents))
        #expect(Screens.list(model)?.cursorID(model.list) == "inventory")
    }

    @Test func promptsTakeCapitalsAsText() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        _ = Update.update(&model, .key(.character("/")))
        for character in "DX" { #expect(Update.update(&model, .key(.character(character))).isEmpty) }
        #expect(model.popup == nil)
        #expect(model.list.filter == "DX")
        _ = Update.update(&model, .key(.escape))
        #expect(model.list.filter.isEmpty)
    }

    @Test func thePaletteGoesToObjects() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        _ = Update.update(&model, .key(.character(":")))
        for character in "group bi" { _ = Update.update(&model, .key(.character(character))) }
        #expect(model.prompt?.prompt.ghost == "lling")
        _ = Update.update(&model, .key(.tab))
        _ = Update.update(&model, .key(.enter))
        #expect(model.place == .group("billing"))
        _ = Update.update(&model, .key(.escape))
        #expect(model.place == .groups)
    }

    @Test func anyKeysNeverTrap() async {
        var random = SystemRandomNumberGenerator()
        let keys: [Key] =
            (0x20..<0x7F).map { .character(Character(Unicode.Scalar($0))) } + [
                .enter, .escape, .tab, .backTab, .up, .down, .left, .right, .pageUp, .pageDown, .home, .end, .backspace,
                .resize(Size(width: 80, height: 24)), .resize(Size(width: 10, height: 3)),
                .resize(Size(width: 120, height: 34)),
                .mouse(MouseEvent(action: .press, button: .left, position: Point(x: 12, y: 7))),
            ]
        var model = Fixture.model(Fixture.broker2Killed(), .overview)
        for _ in 0..<3_000 {
            // Others wait for the few threads there are.
            await Task.yield()
            _ = Update.update(&model, .key(keys.randomElement(using: &random) ?? .enter))
            _ = View.view(model)
        }
        #expect(model.back.count <= DashboardLimits.history)
    }
}
