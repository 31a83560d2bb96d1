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
            press([.backspace, .backspace, .character("3")], &model).last == .validateConfigs([.allBrokers], [change]))
        _ = Update.update(&model, .validatedConfigs([change], problem: "INVALID_CONFIG: too many"))
        #expect(has("INVALID_CONFIG: too many", model))
        _ = Update.update(&model, .validatedConfigs([ConfigChange(name: "other", value: "3")], problem: nil))
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

    /// Kafka's own words are as wide as the popup, and end with a sign where there is no room for all of them.
    @Test(arguments: [(80, 44), (120, 34), (80, 24)]) func documentationIsAsWideAsThePopup(_ width: Int, _ height: Int)
        throws
    {
        var model = broker("min.insync.replicas")
        model.size = Size(width: width, height: height)
        var entries = model.configs[.broker(3)]?.value ?? []
        let words = (1...90).map { "word\($0)" }
        for index in entries.indices where entries[index].name == "min.insync.replicas" {
            entries[index].documentation = words.joined(separator: " ")
        }
        _ = Update.update(&model, .configs(.broker(3), .success(entries)))
        _ = press([.character("E")], &model)
        let lines = View.view(model).lines
        let inside = min(84, width - 8) - 4
        let title = try #require(lines.firstIndex { $0.contains("┌ Change") })
        let left = try #require(lines[title].firstRange(of: "┌ Change")).lowerBound
        let popup = lines[title...].map { $0.dropFirst(lines[title].distance(from: lines[title].startIndex, to: left)) }
        let told = popup.prefix { !$0.hasPrefix("└") }.compactMap { line -> Substring? in
            guard let start = line.firstRange(of: "word")?.lowerBound else { return nil }
            return line[start...].prefix { $0 != "│" }
        }
        let shown = told.flatMap { $0.split { $0 == " " || $0 == "…" } }
        #expect(shown.map(String.init) == Array(words.prefix(shown.count)))
        #expect(told.dropLast().allSatisfy { $0.split(separator: " ").joined(separator: " ").count > inside - 15 - 7 })
        let isWhole = height > 24
        #expect(isWhole ? shown.count == words.count : told.last?.contains("…") == true && shown.count > 20)
        #expect(has("[ Preview ]", model) || has("Preview", model))
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

    /// Levels of a broker's loggers, where it has some that can be set (KIP-412).
    @Test func levelsOfLoggersAreShownAndSet() {
        var model = broker("min.insync.replicas")
        #expect(press([.character("l")], &model) == [.fetchConfigs([.loggers(3)])])
        var loggers = [
            ConfigEntry(name: "kafka.controller", value: "TRACE", source: .dynamicLogger),
            ConfigEntry(name: "root", value: "INFO", source: .default),
        ]
        for index in loggers.indices { loggers[index].type = ConfigChoices.level }
        _ = Update.update(&model, .configs(.loggers(3), .success(loggers)))
        #expect(has("kafka.controller", model) && has("dynamic logger", model) && !has("log.retention.ms", model))
        model.list.cursorID = "root"
        _ = press([.character("E")], &model)
        #expect(has("FATAL   ERROR   WARN  [INFO]  DEBUG   TRACE", model))
        let sent = press([.right, .enter, .character("y")], &model)
        let change = Change.alterConfigs([.loggers(3)], [ConfigChange(name: "root", value: "DEBUG")])
        #expect(
            sent.last == .change(change, command: "klamm configs alter --broker-logger 3 --set root=DEBUG"))
        model.list.cursorID = "kafka.controller"
        _ = press([.character("D")], &model)
        #expect(has("kafka.controller  TRACE → default  (DELETE)", model))
        _ = press([.escape, .character("l")], &model)
        #expect(has("min.insync.replicas", model))
    }

    @Test func aClusterWithoutLoggersSaysSo() {
        var model = broker("min.insync.replicas")
        _ = press([.character("l")], &model)
        _ = Update.update(&model, .configs(.loggers(3), .failure(Failure("INVALID_REQUEST"))))
        #expect(model.flash?.text == "broker 3 has no loggers that can be set: INVALID_REQUEST")
        #expect(has("min.insync.replicas", model), "the configs are shown again")
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
        #expect(ConfigForm.open(many, [], &model).isEmpty && model.popup == nil)
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

    @Test func onTheSmallestTerminalConfigsComeFirstAndProblemsAreSaid() {
        var model = Fixture.model(Fixture.healthy(), .topic("orders", .config), width: 40, height: 10)
        model.configs[.topic("orders")] = Reading(topicEntry("10800000"), at: model.now)
        #expect(has("CONFIG ", model) && has("retention.ms", model) && !has("Order: ", model))
        var form = Fixture.model(Fixture.healthy(), .topics, width: 40, height: 10)
        _ = press([.character("N")] + "a b".map { .character($0) }, &form)
        #expect(has("letters, digits, . _ - only", form), "\(View.view(form).lines)")
    }

    /// What was set to what it would be anyway differs from nothing; it says itself where it comes from.
    @Test func onlyWhatDiffersFromItsDefaultIsMarked() {
        var model = Fixture.model(Fixture.healthy(), .topic("orders", .config))
        var secret = ConfigEntry(name: "secret", value: nil, source: .dynamicTopic)
        secret.isSensitive = true
        let entries = [
            ConfigEntry(name: "retention.ms", value: "604800000", source: .staticBroker, defaultValue: "604800000"),
            ConfigEntry(name: "segment.ms", value: "3600000", source: .dynamicTopic, defaultValue: "604800000"),
            ConfigEntry(name: "no.default", value: "1", source: .dynamicTopic), secret,
            ConfigEntry(name: "flush.ms", value: "9", source: .default, defaultValue: "10"),
        ]
        #expect(entries.map(\.differs) == [false, true, true, true, false])
        _ = Update.update(&model, .configs(.topic("orders"), .success(entries)))
        #expect(has("* segment.ms", model) && has("  retention.ms", model) && !has("* retention.ms", model))
        #expect(has("static broker", model))
        _ = Update.update(&model, .key(.character("!")))
        #expect(has("* segment.ms", model) && !has("retention.ms ", model))
    }

    /// A topic's configurations with their types, on its Config tab.
    private func topic(marked: Set<String>) -> Model {
        var model = Fixture.model(Fixture.healthy(), .topic("orders", .config))
        var entries = [
            ConfigEntry(name: "cleanup.policy", value: "delete", source: .default, defaultValue: "delete"),
            ConfigEntry(name: "preallocate", value: "false", source: .default, defaultValue: "false"),
            ConfigEntry(name: "retention.ms", value: "7200000", source: .dynamicTopic, defaultValue: "604800000"),
            ConfigEntry(name: "segment.ms", value: "3600000", source: .dynamicTopic, defaultValue: "604800000"),
        ]
        for (index, type) in ["list", "boolean", "long", "long"].enumerated() { entries[index].type = type }
        _ = Update.update(&model, .configs(.topic("orders"), .success(entries)))
        model.list.marks = marked
        return model
    }

    @Test func valuesOfEnumerationsAreOffered() {
        var model = topic(marked: ["cleanup.policy"])
        _ = press([.character("E")], &model)
        #expect(has("[delete]  compact   compact,delete", model))
        let commands = press([.right, .right], &model)
        let change = ConfigChange(name: "cleanup.policy", value: "compact,delete")
        #expect(commands.last == .validateConfigs([.topic("orders")], [change]))
        var flag = topic(marked: ["preallocate"])
        _ = press([.character("E")], &flag)
        #expect(has("[false]  true", flag))
        // A name that is typed brings its values, and takes them away again.
        var typed = Fixture.model(Fixture.healthy(), .topics)
        let known = topic(marked: []).configs[.topic("orders")]?.value ?? []
        _ = Update.update(&typed, .configs(.topic("payments"), .success(known)))
        typed.list.marks = ["orders", "payments"]
        _ = press([.character("E")] + "cleanup.policy".map { .character($0) }, &typed)
        #expect(has("[delete]  compact   compact,delete", typed))
        _ = press([.backspace], &typed)
        #expect(!has("[delete]", typed))
        #expect(ConfigChoices.values("compression.type", type: nil, now: "brotli")?.last == "brotli")
        #expect(ConfigChoices.values("retention.ms", type: "long", now: "1") == nil)
    }

    @Test func severalConfigsAreChangedAtATime() throws {
        var model = topic(marked: ["retention.ms", "segment.ms", "preallocate"])
        _ = press([.character("E")], &model)
        #expect(has("Change 3 configs of orders", model))
        #expect(press([.enter], &model).isEmpty && has("nothing is changed yet", model))
        _ = press(
            [.character(" "), .tab] + Array(repeating: .backspace, count: 3) + "5 h".map { .character($0) }, &model)
        let changes = [
            ConfigChange(name: "preallocate", value: "true"), ConfigChange(name: "retention.ms", value: "18000000"),
        ]
        _ = Update.update(&model, .validatedConfigs(changes, problem: "INVALID_CONFIG: too long"))
        #expect(has("INVALID_CONFIG: too long", model))
        _ = press([.enter], &model)
        #expect(has("preallocate  false → true  (SET)", model) && has("retention.ms  2 h → 5 h  (SET)", model))
        guard case .change(let change, _)? = press([.character("y")], &model).first else {
            Issue.record("nothing was sent")
            return
        }
        #expect(change == .alterConfigs([.topic("orders")], changes))
        let before = [
            ConfigChange(name: "preallocate", value: nil), ConfigChange(name: "retention.ms", value: "7200000"),
        ]
        let detail = ConfigWords.detail(from: before, to: changes)
        #expect(detail == "preallocate default → true, retention.ms 2 h → 5 h")
        #expect(change.told([ChangeItem("orders", detail: detail)]) == "orders: \(detail)")
        let undo = Change.alterConfigs([.topic("orders")], before)
        #expect(change.undoWords(undo) == "yes: 2 previous values")
        // Each is looked at by itself: what others have changed since stays.
        var entries = model.configs[.topic("orders")]?.value ?? []
        for index in entries.indices where entries[index].name == "retention.ms" { entries[index].value = "18000000" }
        model.configs[.topic("orders")] = Reading(entries, at: model.now)
        let entry = JournalEntry(
            number: 1, at: model.now, cluster: "bundled", change: "c", result: "ok",
            items: [ChangeItem("orders", detail: detail)], undoChange: undo)
        #expect(
            UndoPlan.plan(entry, undo, model).change
                == .alterConfigs([.topic("orders")], [ConfigChange(name: "retention.ms", value: "7200000")]))
    }

    /// A password that is typed is sent, and stands neither in the plan nor in what the journal keeps.
    @Test func secretsAreSentAndNotShown() {
        let change = ConfigChange(name: "ssl.keystore.password", value: "hush")
        var model = Fixture.model(Fixture.healthy(), .brokers)
        _ = Plans.show(.configs([.broker(1)], [change]), &model)
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("ssl.keystore.password") && !text.contains("hush"))
        guard case .change(let sent, let command)? = press([.character("y")], &model).first else {
            Issue.record("nothing was sent")
            return
        }
        #expect(sent == .alterConfigs([.broker(1)], [change]) && !command.contains("hush"))
        #expect(!sent.summary.contains("hush"))
        #expect(!ConfigWords.detail(from: [], to: [change]).contains("hush"))
    }

    @Test func severalOverridesAreRemovedAtATime() {
        var model = topic(marked: ["retention.ms", "segment.ms"])
        _ = press([.character("D")], &model)
        let changes = ["retention.ms", "segment.ms"].map { ConfigChange(name: $0, value: nil) }
        guard case .change(let change, _)? = press([.character("y")], &model).first else {
            Issue.record("nothing was sent")
            return
        }
        #expect(change == .alterConfigs([.topic("orders")], changes))
        var unset = topic(marked: ["retention.ms", "preallocate"])
        #expect(press([.character("D")], &unset).isEmpty && unset.flash?.text == "D: preallocate is not set here")
    }

    @Test func moreConfigsStandBesideTheOne() {
        var model = topic(marked: ["segment.ms"])
        _ = press([.character("E"), .tab] + "retention.ms=1 h, nonsense=1".map { .character($0) }, &model)
        #expect(has("no config is named nonsense", model))
        _ = press(Array(repeating: .backspace, count: 12), &model)
        let changes = [
            ConfigChange(name: "segment.ms", value: "3600000"), ConfigChange(name: "retention.ms", value: "3600000"),
        ]
        let sent = press([.backspace, .character("h")], &model)
        #expect(sent.last == .validateConfigs([.topic("orders")], changes))
    }

    @Test func theBrokerIsAskedWhetherPartitionsCanBeAdded() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.marks = ["orders"]
        #expect(press([.character("A")], &model) == [.validatePartitions(["orders": 13])])
        #expect(press([.backspace, .character("4")], &model).last == .validatePartitions(["orders": 14]))
        _ = Update.update(&model, .validatedPartitions(["orders": 13], problem: "an answer that is late"))
        #expect(!has("an answer that is late", model))
        _ = Update.update(&model, .validatedPartitions(["orders": 14], problem: "POLICY_VIOLATION: at most 12"))
        #expect(has("POLICY_VIOLATION: at most 12", model))
        _ = Update.update(&model, .validatedPartitions(["orders": 14], problem: nil))
        #expect(has("broker says: ok (validate only)", model))
    }

    @Test func marksAreChangedInOneRequestAndNamesAreOffered() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        _ = Update.update(&model, .configs(.topic("payments"), .success(Configs.topic)))
        model.list.marks = ["orders", "payments"]
        _ = press([.character("E")] + "segment.j".map { .character($0) }, &model)
        #expect(has("segment.jitter.ms", model))
        let commands = press("itter.ms".map { .character($0) } + [.tab] + "1 h".map { .character($0) }, &model)
        let change = ConfigChange(name: "segment.jitter.ms", value: "3600000")
        #expect(commands.last == .validateConfigs([.topic("orders"), .topic("payments")], [change]))
    }
}
