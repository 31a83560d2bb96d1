import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Changing configurations and comparing brokers.
@Suite struct ConfigFormTests {
    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func has(_ text: String, _ model: Model) -> Bool { View.view(model).lines.contains { $0.contains(text) } }

    /// Broker 3's configurations, with the cursor on one.
    private func broker(_ name: String) -> Model {
        var model = Fixture.model(Fixture.healthy(), .broker(3, .configs))
        var entries = Configs.broker
        for index in entries.indices where entries[index].name == "min.insync.replicas" {
            entries[index].type = "int"
            entries[index].documentation = "How many replicas must have a message before acks=all is answered."
        }
        _ = Update.update(&model, .configs(.broker(3), .success(entries)))
        model.list.cursorID = name
        return model
    }

    @Test func theFormSaysWhatTheConfigIsAndAsksTheBroker() {
        var model = broker("min.insync.replicas")
        _ = press([.character("E")], &model)
        #expect(has("Change min.insync.replicas of broker 3", model))
        #expect(has("now            2, dynamic default", model) && has("default        1", model))
        #expect(has("type           int, applies at once", model) && has("about          How many replicas", model))
        #expect(press([.character("x")], &model).isEmpty)
        #expect(has("a whole number", model))
        let change = ConfigChange(name: "min.insync.replicas", value: "3")
        #expect(
            press([.backspace, .backspace, .character("3")], &model).last == .validateConfig([.allBrokers], change))
        _ = Update.update(&model, .validatedConfig(change, problem: "INVALID_CONFIG: too many"))
        #expect(has("INVALID_CONFIG: too many", model))
        _ = Update.update(&model, .validatedConfig(ConfigChange(name: "other", value: "3"), problem: nil))
        #expect(has("INVALID_CONFIG: too many", model))
        // The value came from the default of all brokers; here it becomes this broker's own.
        _ = press([.tab, .left], &model)
        _ = press([.enter], &model)
        #expect(has("min.insync.replicas  2 → 3  (SET)", model))
        #expect(
            press([.character("y")], &model) == [
                .change(
                    .alterConfigs([.broker(3)], [change]),
                    command: "klamm configs alter --broker 3 --set min.insync.replicas=3")
            ])
    }

    @Test func brokersTellWhatWasSetFromHere() {
        var model = broker("min.insync.replicas")
        var entries = model.configs[.broker(3)]?.value ?? []
        for index in entries.indices where entries[index].name == "min.insync.replicas" {
            entries[index].synonyms = [.init(value: "2", source: .dynamicDefault)]
        }
        _ = Update.update(&model, .configs(.broker(3), .success(entries)))
        #expect(has("Order: dynamic default 2.", model) && !has("Set at", model))
        model.journal = [
            JournalEntry(
                number: 1, at: model.now, cluster: "bundled", change: "all brokers: min.insync.replicas 1 → 2",
                result: "ok", items: [ChangeItem("all brokers")])
        ]
        #expect(has("Order: dynamic default 2. Set at 12:04:26 here.", model))
    }

    @Test func defaultsOfAllBrokersAreRemovedAsSuch() {
        var model = broker("min.insync.replicas")
        _ = press([.character("D")], &model)
        #expect(
            press([.character("y")], &model) == [
                .change(
                    .alterConfigs([.allBrokers], [ConfigChange(name: "min.insync.replicas", value: nil)]),
                    command: "klamm configs alter --all-brokers --delete min.insync.replicas")
            ])
        var own = broker("broker.rack")
        #expect(press([.character("D")], &own).isEmpty && own.popup == nil)
    }

    @Test func brokersAreCompared() {
        var model = broker("min.insync.replicas")
        let asked = press([.character("c")], &model)
        #expect(asked == [.fetchConfigs([3, 1, 2].map { .broker($0) })])
        var other = Configs.broker
        for index in other.indices where other[index].name == "replica.lag.time.max.ms" {
            other[index].value = "10000"
        }
        for index in other.indices where other[index].name == "broker.rack" { other[index].value = "a" }
        _ = Update.update(&model, .configs(.broker(1), .success(other)))
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("BROKER 3") && $0.contains("BROKER 1") })
        #expect(lines.contains { $0.contains("replica.lag.time.max.ms") && $0.contains("3 s") && $0.contains("10 s") })
        #expect(lines.contains { $0.contains("1 differ, 1 are each broker's own") })
        #expect(!lines.contains { $0.contains("log.retention.ms") })
        _ = press([.character("!")], &model)
        #expect(!has("broker.rack", model))
        _ = press([.character("!"), .character("c")], &model)
        #expect(has("log.retention.ms", model))
    }

    @Test func whatIsInViewIsAskedForAgain() {
        var model = broker("min.insync.replicas")
        let report = Fixture.healthy()
        #expect(Update.update(&model, .report(report, EventLog())) == [.fetchConfigs([.broker(3)])])
        #expect(Update.update(&model, .report(report, EventLog())).isEmpty)
        let change = Change.alterConfigs([.allBrokers], [ConfigChange(name: "min.insync.replicas", value: "3")])
        let items = [ChangeItem("all brokers")]
        #expect(
            Update.update(&model, .changed(change, items, took: 3, journal: 1)) == [
                .refresh, .fetchConfigs([.broker(3)]),
            ])
        #expect(Update.update(&model, .report(report, EventLog())).isEmpty)
        model.now += 1_000
        #expect(Update.update(&model, .report(report, EventLog())) == [.fetchConfigs([.broker(3)])])
    }

    @Test func whatNobodyTellsAnyMoreGrowsOld() {
        var model = broker("min.insync.replicas")
        #expect(has("modified first", model))
        model.now += 40_000
        _ = Update.update(&model, .configs(.broker(3), .failure(Failure("connection refused"))))
        #expect(model.flash == nil && has("~ told 40s ago", model) && has("min.insync.replicas", model))
        _ = Update.update(&model, .configs(.broker(1), .failure(Failure("connection refused"))))
        #expect(model.flash?.text == "configs of broker 1: connection refused")
    }

    @Test func topicsHaveNobodyToCompareWith() {
        var model = Fixture.model(Fixture.healthy(), .topic("orders", .config))
        #expect(press([.character("c")], &model).isEmpty && !model.comparesBrokers)
    }

    private func topicEntry(_ value: String, _ source: ConfigEntry.Source = .dynamicTopic) -> [ConfigEntry] {
        [ConfigEntry(name: "retention.ms", value: value, source: source, defaultValue: "604800000")]
    }

    /// What each of them is now is read first, told in the form, and stands in the plan.
    @Test func markedTopicsTellWhatEachIsNow() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        _ = Update.update(&model, .configs(.topic("sessions"), .success(topicEntry("1"))))
        model.list.marks = ["orders", "payments", "inventory"]
        let names = ["inventory", "orders", "payments"]
        #expect(press([.character("E")], &model) == [.fetchConfigs(names.map { .topic($0) })])
        _ = press("retention.ms".map { .character($0) }, &model)
        #expect(has("now            reading 3 of 3", model), "nobody else's value is shown")
        for name in names {
            let value = name == "orders" ? "3600000" : "604800000"
            _ = Update.update(&model, .configs(.topic(name), .success(topicEntry(value, .default))))
        }
        #expect(has("now            7 d on 2, 1 h on orders", model))
        _ = press([.tab] + "2 h".map { .character($0) } + [.enter], &model)
        for line in ["orders                        1 h → 2 h", "payments                      7 d → 2 h"] {
            #expect(has(line, model), "\(line)")
        }
        let change = ConfigChange(name: "retention.ms", value: "7200000")
        let alteration = Change.alterConfigs(names.map { .topic($0) }, [change])
        guard case .change(alteration, _)? = press([.character("y")], &model).first else {
            Issue.record("nothing is sent")
            return
        }
        #expect(alteration.summary == "3 topics: retention.ms → 2 h")
    }

    /// The values may still be on their way: the plan takes them when they come, and is not confirmed with them unread.
    @Test func aPlanTakesValuesThatComeLate() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.marks = ["orders", "payments"]
        _ = press([.character("E")] + "retention.ms".map { .character($0) } + [.tab], &model)
        _ = press("2 h".map { .character($0) } + [.enter], &model)
        #expect(has("orders                        ? → 2 h", model))
        _ = Update.update(&model, .configs(.topic("orders"), .success(topicEntry("3600000"))))
        #expect(has("orders                        1 h → 2 h", model))
        #expect(press([.character("y")], &model).isEmpty)
        model.now += 6_000
        let asked = Update.update(&model, .report(Fixture.healthy(), EventLog()))
        #expect(asked == [.fetchConfigs([.topic("orders"), .topic("payments")])], "a plan that stands is read again")
    }

    @Test func tooManyAtOnceAreRefused() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        let many = (0...DashboardLimits.configs).map { ConfigResource.topic("t\($0)") }
        #expect(ConfigForm.open(many, nil, &model).isEmpty && model.popup == nil)
        #expect(model.flash?.text == "51 are marked: configs of at most 50 at once")
    }

    @Test func changesAreToldInUnits() {
        let changes = [ConfigChange(name: "retention.ms", value: "10800000")]
        let change = Change.alterConfigs([.topic("orders")], changes)
        #expect(change.summary == "orders: retention.ms → 3 h")
        #expect(change.told([ChangeItem("orders", detail: "2 h → 3 h")]) == "orders: retention.ms 2 h → 3 h")
        var model = Fixture.model(Fixture.healthy(), .topic("orders", .config))
        model.configs[.topic("orders")] = Reading(topicEntry("10800000"), at: model.now)
        for summary in [change.told([ChangeItem("orders", detail: "2 h → 3 h")]), "3 topics: retention.ms → 3 h"] {
            let entry = JournalEntry(
                number: 1, at: model.now, cluster: "bundled", change: summary, result: "ok",
                items: [ChangeItem("orders")])
            model.journal = [entry]
            #expect(has("12:04:26 here", model), "\(summary)")
            model.journal[0].items = [ChangeItem("orders", failure: "refused")]
            #expect(!has("12:04:26 here", model))
        }
    }

    @Test func marksAreChangedInOneRequestAndNamesAreOffered() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        _ = Update.update(&model, .configs(.topic("payments"), .success(Configs.topic)))
        model.list.marks = ["orders", "payments"]
        _ = press([.character("E")] + "segment.j".map { .character($0) }, &model)
        #expect(has("segment.jitter.ms", model))
        let commands = press("itter.ms".map { .character($0) } + [.tab] + "1 h".map { .character($0) }, &model)
        let change = ConfigChange(name: "segment.jitter.ms", value: "3600000")
        #expect(commands.last == .validateConfig([.topic("orders"), .topic("payments")], change))
    }
}
