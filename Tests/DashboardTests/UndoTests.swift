import ClusterInsight
import Foundation
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Undo of changes of this run and of earlier ones.
@Suite struct UndoTests {
    private func withFile(_ body: (String) async throws -> Void) async throws {
        let name = "journal-\(Foundation.UUID().uuidString)"
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private func entry(
        _ change: Change, items: [ChangeItem] = [], undo: String = "yes: something", cluster: String? = nil
    ) -> JournalEntry {
        JournalEntry(
            number: 0, at: Fixture.healthyAt, cluster: "bundled", change: "a change", result: "ok", undo: undo,
            items: items, undoChange: change, clusterID: cluster)
    }

    /// The plan that undoes an entry, with the fixture's cluster as it is now.
    private func plan(_ entry: JournalEntry, _ edit: (inout ClusterSnapshot) -> Void = { _ in }) throws -> PlanPopup {
        var snapshot = Fixture.healthy().snapshot
        edit(&snapshot)
        let model = Fixture.model(ClusterReport(snapshot, figures: Fixture.healthy().figures), .journal)
        return UndoPlan.plan(entry, try #require(entry.undoChange), model)
    }

    private func refusal(_ entry: JournalEntry, _ edit: (inout ClusterSnapshot) -> Void = { _ in }) throws -> String? {
        if case .refused(let why) = try plan(entry, edit).question { why } else { nil }
    }

    @Test func whatUndoesSurvivesANewStart() async throws {
        let partition = TopicPartition("orders", 1)
        let changes: [Change] = [
            .createTopic(NewTopic(name: "t", partitions: 3, replicationFactor: 2, configs: ["segment.ms": "1"])),
            .deleteTopics(["t"]), .deleteTopics(["t", "u"]), .removeBroker(4), .deleteGroups(["g"]),
            .deleteGroups(["g", "h"]), .restoreGroups(["g": [partition: 9], "h": [partition: 4]]),
            .createTopics([
                NewTopic(name: "t", partitions: 3, replicationFactor: 2, configs: ["segment.ms": "1"]),
                NewTopic(name: "u", partitions: 1, replicationFactor: 1),
            ]),
            .alterConfigs([.topic("t")], [ConfigChange(name: "a", value: nil), ConfigChange(name: "b", value: "1")]),
            .reassign([partition: [1, 2, 3]], throttle: 7), .resetOffsets(group: "g", [partition: 9]),
            .alterConfigs([.broker(2)], [ConfigChange(name: "a", value: "1")]),
            .alterConfigs([.allBrokers], [ConfigChange(name: "a", value: nil)]),
            .alterConfigs([.loggers(2)], [ConfigChange(name: "a", value: "INFO")]),
            .alterConfigs([
                ConfigAlteration(.topic("t"), [ConfigChange(name: "a", value: "1")]),
                ConfigAlteration(.topic("u"), [ConfigChange(name: "a", value: nil)]),
            ]),
            .startBrokers([2]), .stopBroker(2), .pauseBroker(2), .resumeBroker(2), .addVoter(4), .removeVoter(4),
            .setThrottle(7), .removeThrottles,
            .moveReplicas([partition: "/data/b"], on: 2),
        ]
        try await withFile { path in
            let journal = Journal(path: path)
            for change in changes { _ = await journal.add(entry(change, cluster: "id-1")) }
            // Without its items nobody could tell later what it left.
            let many = (0...DashboardLimits.undoItems).map { ChangeItem("t/\($0)") }
            let reset = Change.resetOffsets(group: "g", [partition: 1])
            _ = await journal.add(entry(reset, items: Array(many.dropLast())))
            _ = await journal.add(entry(reset, items: many))
            _ = await journal.add(entry(.addBroker))
            let again = await Journal(path: path).newestFirst
            #expect(again.reversed().map(\.undoChange) == changes.map { $0 } + [reset, nil, nil])
            #expect(again.last?.undo == "yes: something" && again.last?.clusterID == "id-1")
            #expect(again.first?.undo == "no: what it would send was not kept")
        }
    }

    @Test func ofSeveralDeletedGroupsThoseAreMadeThatAreStillGone() throws {
        let id = TopicPartition("orders", 1)
        let there = try #require(Fixture.healthy().snapshot.groups.first?.name)
        let offsets: [TopicPartition: Offset] = [id: 9, TopicPartition("orders", 2): 3]
        let change = Change.restoreGroups(["gone-1": offsets, there: offsets, "gone-2": [id: 4]])
        let items = ["gone-1", there, "gone-2"].map { ChangeItem($0) }
        let plan = try plan(entry(change, items: items))
        #expect(plan.change == .restoreGroups(["gone-1": offsets, "gone-2": [id: 4]]))
        let text = plan.lines.map(\.plain).joined(separator: "\n")
        #expect(text.contains("gone → 2 offsets") && text.contains("gone → 1 offset") && text.contains("exists again"))
        #expect(Change.deleteGroups(["a", "b", "c"]).undoWords(change) == "yes: offsets of 3")
        #expect(change.opposite == .deleteGroups(["gone-1", "gone-2", there].sorted()))
        #expect(
            Change.restoreGroups(["g": [id: 4]]).equivalent.text()
                == "klamm groups reset-offsets g --topic orders:1 --to-offset 4")
        // What was not deleted is not made.
        var failed = items
        failed[2].failure = "NON_EMPTY_GROUP"
        #expect(try self.plan(entry(change, items: failed)).change == .restoreGroups(["gone-1": offsets]))
        // And the way back: those that are gone or have members are left.
        let back = try self.plan(entry(.deleteGroups(["gone-1", there]), items: []))
        #expect(back.lines.map(\.plain).joined().contains("is so already: left out"))
    }

    @Test func whatIsTooMuchForTheJournalIsNotKept() {
        let many = (0...Int32(DashboardLimits.undoItems)).map { (TopicPartition("t", $0), Offset(1)) }
        let groups = ["g": Dictionary(uniqueKeysWithValues: many), "h": [TopicPartition("t", 0): Offset(1)]]
        #expect(UndoRecord(.restoreGroups(groups)) == nil)
        let words = Change.deleteGroups(["g", "h"]).undoWords(.restoreGroups(groups))
        #expect(words == "yes: offsets of 2, until Klamm ends")
    }

    @Test func ofSeveralDeletedTopicsThoseAreMadeThatAreStillGone() throws {
        let topics = ["gone-1", "orders", "gone-2"].map { NewTopic(name: $0, partitions: 3, replicationFactor: 2) }
        let change = Change.createTopics(topics)
        let items = topics.map { ChangeItem($0.name) }
        let plan = try plan(entry(change, items: items))
        #expect(plan.change == .createTopics([topics[0], topics[2]]))
        let text = plan.lines.map(\.plain).joined(separator: "\n")
        #expect(text.contains("gone → 3 partitions, empty") && text.contains("exists again"))
        #expect(Change.deleteTopics(topics.map(\.name)).undoWords(change) == "yes: create 3 empty again")
        // What was not deleted is not made.
        var failed = items
        failed[2].failure = "NOT_AUTHORIZED"
        #expect(try self.plan(entry(change, items: failed)).change == .createTopics([topics[0]]))
    }

    @Test func severalTopicsThatWereMadeAreDeletedUnlessTheyAreOthersNow() throws {
        let id = try #require(Fixture.healthy().snapshot.topic("orders")?.id ?? TopicID(high: 1, low: 2))
        let items = [
            ChangeItem("orders", detail: UndoPlan.identity(id)),
            ChangeItem("payments", detail: UndoPlan.identity(TopicID(high: 9, low: 9))), ChangeItem("nowhere"),
        ]
        let plan = try plan(entry(.deleteTopics(items.map(\.name)), items: items)) { snapshot in
            for index in snapshot.topics.indices where snapshot.topics[index].name == "orders" {
                snapshot.topics[index].id = id
            }
            for index in snapshot.topics.indices where snapshot.topics[index].name == "payments" {
                snapshot.topics[index].id = TopicID(high: 3, low: 3)
            }
        }
        #expect(plan.change == .deleteTopics(["orders"]) && plan.isDanger)
    }

    @Test func aBrokerThatWasAddedIsTakenOutWhileItHoldsNothing() throws {
        #expect(Change.addBroker.undoWords(.removeBroker(4)) == "yes: stop and remove")
        #expect(try refusal(entry(.removeBroker(4))) == "There is no broker 4 any more.")
        #expect(try refusal(entry(.removeBroker(3))) == "It holds 121 replicas: W moves them off first.")
        let four = BrokerSnapshot(id: 4, host: "h", port: 4, state: .up)
        let plan = try plan(entry(.removeBroker(4))) { $0.brokers.append(four) }
        #expect(plan.change == .removeBroker(4) && plan.isDanger)
        #expect(plan.command == "klamm cluster remove-broker 4")
    }

    @Test func whatTheCommandLineDidIsToldApart() async throws {
        try await withFile { path in
            defer { try? FileManager.default.removeItem(atPath: path + ".lock") }
            _ = await Journal(path: path).add(
                JournalEntry(
                    number: 0, at: Fixture.healthyAt, cluster: "bundled", change: "kill −9 broker 2", result: "ok",
                    undo: "no: by a command", command: "klamm cluster kill 2",
                    items: [ChangeItem("broker 2")], isCommand: true))
            var model = Fixture.model(Fixture.healthy(), .journal)
            model.journal = await Journal(path: path).newestFirst
            let lines = View.view(model).lines
            #expect(lines.contains { $0.contains("$ kill −9 broker 2") })
            #expect(lines.contains { $0.contains("kill −9 broker 2 on bundled: ok, by the command line") })
        }
    }

    /// Each sees what the other does, and no number is given twice.
    @Test func twoKlammsKeepOneJournal() async throws {
        try await withFile { path in
            defer { try? FileManager.default.removeItem(atPath: path + ".lock") }
            let (one, two) = (Journal(path: path), Journal(path: path))
            _ = await one.add(entry(.stopBroker(1)))
            await withTaskGroup(of: Void.self) { group in
                for id in Int32(2)...9 {
                    group.addTask { _ = await (id % 2 == 0 ? one : two).add(self.entry(.stopBroker(id))) }
                }
            }
            let news = (await one.news(), await two.news())
            #expect(news.0 != nil || news.1 != nil)
            let (first, second) = (await one.newestFirst, await two.newestFirst)
            #expect(first.map(\.number) == (1...9).reversed() && second.map(\.number) == (1...9).reversed())
            #expect(first.map(\.undoChange) == second.map(\.undoChange))
            #expect(await one.news() == nil)
            // What only this run knows of its own change stays when the file is read again.
            _ = await one.add(entry(.addBroker))
            _ = await two.add(entry(.stopBroker(3)))
            #expect(await one.news()?.dropFirst().first?.undoChange == .addBroker)
        }
    }

    @Test func linesOfEarlierVersionsAreRead() async throws {
        try await withFile { path in
            let line = """
                {"number":3,"at":1,"cluster":"bundled","change":"stop broker 2","result":"ok","failed":false,\
                "undo":"yes: start it","command":"","items":[]}

                """
            try line.write(toFile: path, atomically: true, encoding: .utf8)
            let entries = await Journal(path: path).newestFirst
            #expect(entries.map(\.number) == [3] && entries.first?.undoChange == nil)
            #expect(entries.first?.undo == "no: what it would send was not kept")
        }
    }

    @Test func whatIsNoLongerSoIsNotUndone() throws {
        #expect(try refusal(entry(.startBrokers([2]))) == "Broker 2 is not down any more.")
        #expect(try refusal(entry(.resumeBroker(2))) == "Broker 2 is not paused any more.")
        #expect(try refusal(entry(.stopBroker(9))) == "There is no broker 9 any more.")
        #expect(try refusal(entry(.startBrokers([2]))) { $0.kill(2, cause: "", ledBefore: 0) } == nil)
        #expect(try refusal(entry(.deleteTopics(["nowhere"]))) == "The topic is gone already.")
        let orders = NewTopic(name: "orders", partitions: 1, replicationFactor: 1)
        #expect(try refusal(entry(.createTopic(orders))) == "A topic orders exists again.")
        #expect(
            try refusal(entry(.stopBroker(2), cluster: "elsewhere"))
                == "It was made on another cluster of this name, elsewhere.")
        #expect(
            try refusal(entry(.resetOffsets(group: "fraud-check", [:])))
                == "Not possible: group is stable with 2 members. Stop them first.")
    }

    /// A group that was deleted has its offsets back, unless one of its name exists by now.
    @Test func theOffsetsOfADeletedGroupComeBack() throws {
        let id = TopicPartition("payments", 0)
        let entry = entry(.resetOffsets(group: "billing", [id: 9]), items: [ChangeItem("billing")])
        let plan = try plan(entry) { $0.groups.removeAll { $0.name == "billing" } }
        #expect(plan.change == .resetOffsets(group: "billing", [id: 9]) && plan.isDanger)
        #expect(plan.lines.contains { $0.plain.contains("payments/0") && $0.plain.contains("— → 9") })
        #expect(try refusal(entry) == "A group billing exists again.")
        let before = Change.deleteGroups(["billing"])
        #expect(before.undoWords(entry.undoChange) == "yes: 1 previous offset")
        #expect(before.undoWords(nil) == "no: it had no offsets")
    }

    @Test func aCancelledMoveBeginsAgain() throws {
        let moving = Fixture.moving()
        let id = TopicPartition("orders", 8)
        let partition = try #require(moving.snapshot.partition(id))
        var snapshot = moving.snapshot
        snapshot.throttles = ThrottleSnapshot(brokers: [1: 5, 2: 7])
        let undo = ChangeExecutor.moveAgain([id, TopicPartition("sessions", 0)], snapshot)
        #expect(undo == .reassign([id: partition.targetReplicas], throttle: 7))
        #expect(ChangeExecutor.moveAgain([TopicPartition("sessions", 0)], snapshot) == nil)
    }

    @Test func aThrottleGoesBackWhilePartitionsMove() throws {
        #expect(try refusal(entry(.setThrottle(7))) == "No partition is moving any more.")
        #expect(try refusal(entry(.removeThrottles)) == "No partition is moving any more.")
        let moving = UndoPlan.plan(entry(.setThrottle(7)), .setThrottle(7), Fixture.moving())
        if case .asked = moving.question {} else { Issue.record("it may be set") }
        #expect(Change.setThrottle(9).undoWords(.setThrottle(10 << 20)) == "yes: back to 10 MiB/s")
    }

    @Test func aTopicOfTheSameNameIsNotTakenForTheOneCreated() throws {
        let id = try #require(TopicID("Xw3bQ1vRTd6x0r0bq4J3Ng"))
        let other = try #require(TopicID("AAAAAAAAAAAAAAAAAAAAAg"))
        let entry = entry(.deleteTopics(["orders"]), items: [ChangeItem("orders", detail: UndoPlan.identity(id))])
        func refusal(_ id: TopicID) throws -> String? {
            try self.refusal(entry) { snapshot in
                for index in snapshot.topics.indices where snapshot.topics[index].name == "orders" {
                    snapshot.topics[index].id = id
                }
            }
        }
        #expect(try refusal(id) == nil)
        #expect(try refusal(other) == "orders is another topic now: the one of this change was deleted since.")
    }

    @Test func onlyWhatIsStillAsTheChangeLeftItIsSent() throws {
        let (mine, theirs, done) = (
            TopicPartition("payments", 0), TopicPartition("payments", 1), TopicPartition("payments", 2)
        )
        let entry = entry(
            .resetOffsets(group: "billing", [mine: 10, theirs: 20, done: 30]),
            items: [
                ChangeItem("payments/0", detail: "10 → 50"), ChangeItem("payments/1", detail: "20 → 60"),
                ChangeItem("payments/2", detail: "30 → 70"),
            ])
        let plan = try plan(entry) { snapshot in
            snapshot.edit(group: "billing") { $0.committed = [mine: 50, theirs: 61, done: 30] }
        }
        #expect(plan.change == .resetOffsets(group: "billing", [mine: 10]))
        let text = plan.lines.map(\.plain).joined(separator: "\n")
        #expect(text.contains("61 → 20   changed since by someone else: left out"))
        #expect(text.contains("30 → 30   is so already: left out"))
    }

    /// Each topic gets back what it had, and one that somebody changed since keeps what it has.
    @Test func configsOfSeveralAreUndoneOneByOne() throws {
        func alteration(_ topic: String, _ value: String?) -> ConfigAlteration {
            ConfigAlteration(.topic(topic), [ConfigChange(name: "segment.ms", value: value)])
        }
        let names = ["orders", "payments", "sessions"]
        let before = [alteration(names[0], nil), alteration(names[1], "7200000"), alteration(names[2], "60000")]
        let details = ["default → 1 h", "2 h → 1 h", "1 m → 1 h"]
        let items = zip(names, details).map { ChangeItem($0.0, detail: $0.1) }
        var model = Fixture.model(Fixture.healthy(), .journal)
        model.journal = [entry(.alterConfigs(before), items: items)]
        #expect(Update.update(&model, .key(.character("V"))) == [.fetchConfigs(names.map { .topic($0) })])
        for (name, value) in [("payments", "3600000"), ("sessions", "1800000"), ("orders", "3600000")] {
            #expect(model.popup == nil, "the others are not read yet")
            let read = ConfigEntry(name: "segment.ms", value: value, source: .dynamicTopic)
            _ = Update.update(&model, .configs(.topic(name), .success([read])))
        }
        guard case .plan(let plan)? = model.popup else { throw Failure("no plan") }
        #expect(plan.change == .alterConfigs([before[0], before[1]]))
        let text = plan.lines.map(\.plain).joined(separator: "\n")
        #expect(text.contains("30 m → 1 m   changed since by someone else: left out"))
        #expect(text.contains("1 h → default") && text.contains("1 h → 2 h"))
    }

    @Test func configsAreReadBeforeTheyAreUndone() throws {
        func shown(_ present: String?) throws -> PlanPopup.Question {
            var model = Fixture.model(Fixture.healthy(), .journal)
            var entry = entry(
                .alterConfigs([.topic("orders")], [ConfigChange(name: "segment.ms", value: nil)]),
                items: [ChangeItem("orders", detail: "default → 1 h")])
            entry.number = 4
            model.journal = [entry]
            #expect(Update.update(&model, .key(.character("V"))) == [.fetchConfigs([.topic("orders")])])
            #expect(model.popup == nil)
            let source: ConfigEntry.Source = present == nil ? .default : .dynamicTopic
            let read = ConfigEntry(name: "segment.ms", value: present ?? "604800000", source: source)
            _ = Update.update(&model, .configs(.topic("orders"), .success([read])))
            guard case .plan(let plan)? = model.popup else { throw Failure("no plan") }
            return plan.question
        }
        if case .asked = try shown("3600000") {} else { Issue.record("it is as the change left it") }
        #expect(try shown("7200000") == .refused("Everything was changed since by someone else."))
        #expect(try shown(nil) == .refused("It is so already."))
    }
}
