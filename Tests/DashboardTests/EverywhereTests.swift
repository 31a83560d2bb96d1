import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Palette, keys, plans and refusals as they are drawn.
@Suite struct EverywhereTests {
    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func type(_ text: String, _ model: inout Model) -> [Command] {
        press(text.map { .character($0) }, &model)
    }

    private func topics(_ cursor: String) -> Model {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.cursorID = cursor
        return model
    }

    @Test func palette() throws {
        var model = topics("orders")
        _ = press([.character(":")], &model) + type("group bi", &model)
        try Golden.hold(model, as: "10.1")
        #expect(model.prompt?.prompt.ghost == "lling")
        _ = press([.control("u")], &model) + type("grp zzz", &model) + press([.enter], &model)
        #expect(model.prompt?.note == "no command or object \"grp zzz\"")
        _ = press([.control("u")], &model) + type("messages orders 3 @15m", &model)
        guard case .read(let request)? = press([.enter], &model).first else {
            Issue.record("nothing is read")
            return
        }
        #expect(request.topics == ["orders"] && request.partitions == [3])
        #expect(request.from == .time(model.now - 900_000))
    }

    @Test func severalTopicsAreReadByCommand() {
        for text in ["messages orders,payments 3", "messages orders payments 3"] {
            var model = topics("orders")
            guard case .done(let commands) = Palette.run(text, chosen: 0, &model),
                case .read(let request)? = commands.last
            else {
                Issue.record("nothing is read by \(text)")
                return
            }
            #expect(request.topics == ["orders", "payments"] && request.partitions == [3])
        }
    }

    @Test func sentencesAreNotSearchedForLettersInOrder() {
        let model = topics("orders")
        #expect(!Palette.suggestions("new", model).contains { $0.text.hasPrefix("time in full") })
        #expect(Palette.suggestions("new", model).contains { $0.text == "new topic" })
        var helped = model
        guard case .done = Palette.run("help", chosen: 0, &helped), case .keys? = helped.popup else {
            Issue.record("no keys")
            return
        }
    }

    @Test func theRightNameEndsWhatWasSaidOfTheWrongOne() {
        var model = topics("orders")
        _ = press([.character("D"), .enter], &model)
        #expect(model.flash?.text == "not the name yet")
        model.say("delete topic orders: ok in 9 ms", .ok)
        #expect(model.flash?.text == "delete topic orders: ok in 9 ms")
    }

    @Test func aPurgeSaysWhoLosesHowMuch() {
        var model = Fixture.groups(.topics)
        model.list.cursorID = "payments"
        _ = press([.character("X"), .enter], &model)
        let text = View.view(model).lines.joined(separator: "\n")
        let committed = model.snapshot.group("billing")?.committed ?? [:]
        let unread = (model.snapshot.topic("payments")?.partitions ?? []).reduce(Int64(0)) { sum, partition in
            let ends = partition.offsets?.value
            let read = committed[TopicPartition("payments", partition.id)] ?? ends?.latest ?? 0
            return sum + (ends?.latest ?? 0) - max(read, ends?.earliest ?? 0)
        }
        #expect(unread > 0 && text.contains("billing \(Format.count(Int(unread)))"))
        #expect(text.contains("unread         lost to "))
        #expect(text.contains("disk           freed later"))
    }

    @Test func aMessageOfATopicIsOneKeyAwayInItsTabs() {
        for tab in [TopicTab.partitions, .groups, .map] {
            var model = Fixture.model(Fixture.healthy(), .topic("orders", tab))
            guard case .read(let request)? = press([.character("m")], &model).last else {
                Issue.record("m does nothing in \(tab)")
                continue
            }
            #expect(request.topics == ["orders"])
        }
    }

    @Test func anEmptyClusterSaysWhatToDoFirst() {
        var snapshot = Fixture.healthy().snapshot
        snapshot.topics = []
        snapshot.groups = []
        let model = Fixture.model(ClusterReport(snapshot, figures: Fixture.healthy().figures), .overview)
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("Nothing has happened since ") && text.contains("This cluster has no topics yet."))
        #expect(text.contains("3 then N   create a topic"))
        let full = View.view(Fixture.model(Fixture.healthy(), .overview)).lines.joined()
        #expect(!full.contains("has no topics yet"))
    }

    @Test func longHelpGoesOnBelow() {
        var model = Fixture.model(Fixture.healthy(), .overview)
        _ = press([.character("?")], &model)
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("   B      restart the brokers one after the     ") })
        #expect(lines.contains { $0.contains("          other, or the marked ones ") })
    }

    @Test func aPurgeSaysWhatIsTyped() {
        var model = topics("payments")
        _ = press([.character("X")], &model)
        func has(_ text: String) -> Bool { View.view(model).lines.contains { $0.contains(text) } }
        #expect(has("all messages of each partition"))
        _ = press([.right], &model)
        #expect(has("an offset, the same in every partition"))
        _ = press([.right], &model)
        #expect(has("12:04, 2026-11-22 09:15 or 2h ago"))
    }

    @Test func whenASourceIsTriedAgainIsNotCutOff() {
        func line(_ width: Int) -> String? {
            var snapshot = Fixture.healthy().snapshot
            let at = Fixture.healthyAt
            var source = SourceSnapshot(.offsets, interval: .seconds(1), answeredAt: at - 20_000)
            source.failure = "timed out: ListOffsets at a-broker-with-a-name.example.org:9092"
            source.nextTryAt = at + 3_000
            snapshot.sources = [source]
            var model = Fixture.model(ClusterReport(snapshot, figures: Fixture.healthy().figures), .topics)
            model.size = Size(width: width, height: 34)
            return View.view(model).lines.first { $0.contains("offsets ") && $0.contains(" old ") }
        }
        #expect(line(80)?.contains("20s old   next try in 3 s: timed out: ListOffsets") == true)
        #expect(line(120)?.contains(".example.org:9092; next try in 3 s") == true)
    }

    @Test func proveAsksAndGivesTheTerminal() {
        var model = topics("orders")
        #expect((press([.character(":")], &model) + type("prov", &model) + press([.enter], &model)).count == 1)
        #expect(
            View.view(model).lines.contains { $0.contains("klamm prove --minutes 2 --every 20 --faults kill,pause") })
        _ = press([.backspace], &model) + type("0", &model) + press([.enter], &model)
        #expect(View.view(model).lines.contains { $0.contains("1 to 10,080 minutes") })
        _ = press([.backspace], &model) + type("5", &model) + press([.tab, .tab, .right], &model)
        let options = ["--minutes", "5", "--every", "20", "--faults", "kill", "--rate", "1000"]
        #expect(press([.enter], &model) == [.prove(options)])
        _ = Update.update(&model, .proved(0))
        #expect(model.flash?.text == "prove: every acknowledged message was read once and in order")
        _ = Update.update(&model, .proved(1))
        #expect(model.flash?.text == "prove ended with 1: the claim was not proved")
    }

    @Test func whatWasRunIsKept() {
        var model = topics("orders")
        let commands = press([.character("/")], &model) + type("pay", &model) + press([.enter], &model)
        #expect(commands.contains(.remember(prompt: "/", ["pay"])))
        var later = topics("orders")
        _ = Update.update(&later, .histories(["/": ["pay"]]))
        _ = press([.character("/"), .up], &later)
        #expect(later.prompt?.prompt.input.text == "pay")
    }

    /// Differs from the drawing in two texts: `i` shows internal groups as well, and `y` copies names.
    @Test func keys() throws {
        var model = topics("orders")
        _ = press([.character("?")], &model)
        try Golden.hold(model, as: "10.2")
        _ = press([.character("/")], &model) + type("delete the topic", &model) + press([.enter, .enter], &model)
        #expect(View.view(model).lines.contains { $0.contains("Delete topic orders") })
    }

    @Test func whatDoesNothingHereIsNotOffered() {
        for (place, isOffered) in [(Place.topic("orders", .config), false), (.broker(1, .configs), true)] {
            var model = Fixture.model(Fixture.healthy(), place)
            _ = press([.character("?")], &model)
            #expect(View.view(model).lines.contains { $0.contains("compare the brokers") } == isOffered, "\(place)")
        }
    }

    @Test func keysScrollInTwoColumnsAndInOne() {
        for (place, width, height) in [(Place.topics, 120, 24), (.overview, 80, 24), (.brokers, 120, 20)] {
            var model = Story.healthy.model(place, width: width, height: height)
            _ = press([.character("?")], &model)
            let first = View.view(model).lines.joined()
            #expect(!first.contains("suspend, repaint"), "\(place)")
            _ = press([.end], &model)
            let last = View.view(model).lines.joined()
            #expect(last.contains("suspend, repaint"), "\(place)")
            #expect(last.contains(" of "), "the place in the list is told")
        }
    }

    /// Differs from the drawing where it names brokers for partitions: CreateTopics is sent without an assignment, so that
    /// the controller places them, and only the counts that follow are told. Its count of configs is that of the fixture.
    @Test func createTopic() throws {
        var model = topics("orders")
        let asked = press([.character("N")], &model)
        #expect(asked == [.fetchConfigs([.topic("__consumer_offsets")])])
        _ = Update.update(&model, .configs(.topic("__consumer_offsets"), .success(Configs.topic)))
        _ = type("invoices", &model)
        _ = Update.update(&model, .validated(topic: "invoices", problem: nil))
        try Golden.hold(model, as: "11.1")
    }

    @Test func moreConfigsAreCheckedAndSent() throws {
        var model = topics("orders")
        _ = press([.character("N")], &model)
        _ = Update.update(&model, .configs(.topic("__consumer_offsets"), .success(Configs.topic)))
        _ = type("invoices", &model) + press(Array(repeating: .tab, count: 7), &model)
        _ = type("segment.ms=2 h, nonsense=1", &model)
        #expect(View.view(model).lines.contains { $0.contains("no config is named nonsense") })
        _ = press([.control("u")], &model) + type("segment.ms=soon", &model)
        #expect(View.view(model).lines.contains { $0.contains("soon is no value of segment.ms") })
        #expect(View.view(model).lines.contains { $0.contains("default 7 d. A new segment starts") })
        _ = press([.control("u")], &model) + type("segment.ms=2 h", &model) + press([.enter], &model)
        guard case .change(.createTopic(let topic), _)? = press([.character("y")], &model).first else {
            Issue.record("nothing is sent")
            return
        }
        #expect(topic.configs == ["min.insync.replicas": "2", "segment.ms": "7200000"])
    }

    @Test func retentionIsATimeOrASize() {
        for (text, expected) in [
            ("10 GiB", ["retention.bytes": "10737418240"]), ("3 d", ["retention.ms": "259200000"]),
        ] {
            var model = topics("orders")
            _ = press([.character("N")], &model) + type("invoices", &model)
            _ = press(Array(repeating: .tab, count: 5) + [.control("u")], &model) + type(text, &model)
            guard case .form(let form) = model.popup else { return }
            #expect(TopicForm.topic(form)?.configs.filter { $0.key.hasPrefix("retention") } == expected)
        }
    }

    /// Differs from the drawing in the table behind, which is that of 2.1, and in the order of the groups, by name.
    @Test func killBroker() throws {
        var model = Fixture.model(Fixture.healthy(), .brokers)
        _ = press([.down, .character("K")], &model) + type("ki", &model)
        try Golden.hold(model, as: "11.2")
    }

    @Test func startingSeveralBrokersNamesThem() {
        let model = Fixture.model(Fixture.healthy(), .brokers)
        let plan = Plans.start([1, 2, 3], model)
        #expect(plan.title == "Start brokers 1, 2, 3")
        #expect(plan.lines[0].plain == "Starts the processes of brokers 1, 2 and 3 together, with their data.")
        #expect(Plans.start([2], model).title == "Start broker 2")
    }

    @Test func deleteTopic() throws {
        var snapshot = Fixture.healthy().snapshot
        let index = try #require(snapshot.topics.firstIndex { $0.name == "orders-retry" })
        snapshot.topics[index].id = TopicID("Xw3bQ1vRTd6x0r0bq4J3Ng")
        var model = Fixture.model(ClusterReport(snapshot, figures: Fixture.healthy().figures), .topics)
        model.list.cursorID = "orders-retry"
        _ = press([.character("D")], &model) + type("orders-re", &model)
        try Golden.hold(model, as: "11.3")
        #expect(press([.enter], &model).isEmpty)
        #expect(model.flash?.text == "not the name yet")
    }

    @Test func readOnly() throws {
        var model = topics("payments")
        model.cluster.name = "prod"
        model.cluster.readOnlyReason = "--read-only"
        _ = press([.character("D")], &model)
        try Golden.hold(model, as: "11.6")
        let copied = press([.character("y")], &model)
        #expect(copied == [.copy("klamm topics delete payments")])
    }

    /// `:terms` explains every word that stands in a title of the lists or in line 1 and is Kafka's or Klamm's own.
    @Test func theWordsOnTheScreensAreExplained() {
        for width in [120, 40] {
            var model = Fixture.model(Fixture.healthy(), .topics, width: width, height: 40)
            guard case .done = Palette.run("terms", chosen: 0, &model), case .text(let popup)? = model.popup else {
                Issue.record("no popup")
                return
            }
            let text = popup.lines.map(\.plain).joined(separator: "\n")
            for word in [
                "ISR", "URP", "RF", "min ISR", "OFFLINE", "LATEST", "lag", "controller ★", "quorum", "epoch", "leader",
                "offset", "group", "committed", "WARN", "STALL", "REWIND", "~ ? ≈", "skew", "compact",
            ] {
                #expect(text.contains(word), "\(word)")
            }
            #expect(!View.view(model).lines.contains { $0.contains("…") && $0.contains("│ │") }, "nothing is cut")
        }
        let first = View.view(Story.empty.model(.overview)).lines
        #expect(first.contains { $0.contains(":terms     what the words mean") })
    }
}
