import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Screen 5 as it is drawn, and resetting offsets.
@Suite struct GroupScreenTests {
    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func type(_ text: String, _ model: inout Model) -> [Command] {
        press(text.map { .character($0) }, &model)
    }

    @Test func groups() throws { try Golden.hold(Fixture.groups(), as: "5.1") }

    @Test func oneGroup() throws {
        var model = Fixture.groups(.group("notification-push"))
        for (before, text) in [
            (3_706_000, "rebalancing: member joined (3)"), (3_705_000, "stable, 3 members"),
            (384_000, "WARN: lag grew for 4 m"),
        ] {
            model.latestEvents.append(
                ClusterEvent(
                    at: Fixture.healthyAt - Int64(before), kind: .group, text: "notification-push \(text)",
                    subject: "notification-push"))
        }
        try Golden.hold(model, as: "5.2")
        _ = press([.tab], &model)
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("push-2"))
        #expect(text.contains("CLIENT"))
        _ = press([.tab], &model)
        try Golden.hold(model, as: "5.2")
    }

    /// A verdict is sorted by its weight and searched by its word.
    @Test func verdictsAreFoundByTheirWords() throws {
        var model = Fixture.groups()
        model.list.filter = "status:warn"
        let page = try #require(Screens.list(model))
        #expect(Array(page.ids) == ["notification-push"])
        #expect(page.complaint == nil)
        model.list.filter = "status:ok"
        #expect(try #require(Screens.list(model)).ids.contains("billing"))
    }

    @Test func keysOfAGroupAreCalledSo() {
        var model = Fixture.groups(.group("notification-push"))
        _ = press([.character("?")], &model)
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("┌ Keys of group notification-push ─") })
        #expect(lines.contains { $0.contains("Enter ") && $0.contains("the partition in its topic") })
    }

    private func reset() -> Model {
        var model = Fixture.groups(.group("billing"))
        _ = press([.character("O")], &model)
        return model
    }

    @Test func aResetShowsEveryPartitionFirst() throws {
        var model = reset()
        _ = press([.right, .right, .right, .right, .right, .enter], &model)
        #expect(model.prompt != nil)
        let asked = type("12:09:00", &model) + press([.enter], &model)
        guard case .findOffsets(let query)? = asked.last, case .from(let at, let partitions) = query else {
            Issue.record("nothing is asked")
            return
        }
        #expect(partitions.count == 6 && at == Fixture.healthyAt + 274_000)
        let found = Dictionary(
            Fixture.billingOffsets.enumerated().map { (TopicPartition("payments", Int32($0)), $1.after) },
            uniquingKeysWith: { a, _ in a })
        // The answer to an earlier question comes late.
        let stale = OffsetsQuery.from(at - 1, partitions)
        _ = Update.update(&model, .offsetsFound(stale, .success(found.mapValues { _ in 1 })))
        _ = Update.update(&model, .offsetsFound(query, .success(found)))
        _ = Update.update(&model, .offsetsFound(query, .success(found.mapValues { _ in 2 })))
        _ = press([.tab, .tab], &model) + type("bil", &model)
        try Golden.hold(model, as: "11.4")
        #expect(press([.enter], &model).isEmpty)
        let sent = type("ling", &model) + press([.enter], &model)
        #expect(
            sent
                == [
                    .change(
                        .resetOffsets(group: "billing", found),
                        command:
                            "klamm groups reset-offsets billing --topic payments --to-datetime 2026-11-23T12:09:00.000")
                ])
    }

    @Test func everyModeLeadsSomewhere() throws {
        func after(_ mode: ResetMode, _ value: String = "", found: [TopicPartition: Offset] = [:]) -> Offset? {
            var model = reset()
            guard case .reset(var popup) = model.popup else { return nil }
            popup.mode = mode
            popup.value = value
            popup.found = found
            model.popup = .reset(popup)
            return ResetOffsets.rows(popup, model).first?.after
        }
        let first = TopicPartition("payments", 0)
        #expect(after(.beginning) == 0)
        #expect(after(.end) == 17_620)
        #expect(after(.current) == 16_964)
        #expect(after(.offset, "5") == 5)
        #expect(after(.offset, "99999999") == 17_620)
        #expect(after(.shift, "−100") == 16_864)
        #expect(after(.shift, "-9999999") == 0)
        #expect(after(.shift, "10") == 16_974)
        #expect(after(.time, "12:00", found: [first: 7]) == 7)
        #expect(after(.duration, "10m", found: [first: 8]) == 8)
        #expect(after(.file, "f", found: [first: 9]) == 9)
        #expect(after(.group, "fraud-check") == 0)
    }

    @Test func rowsCanBeLeftOut() {
        var model = reset()
        _ = press([.tab, .home, .character(" "), .tab], &model)
        let sent = type("billing", &model) + press([.enter], &model)
        guard case .change(.resetOffsets(_, let targets), let command)? = sent.last else {
            Issue.record("nothing was sent")
            return
        }
        #expect(targets.count == 5 && targets[TopicPartition("payments", 0)] == nil)
        #expect(command == "klamm groups reset-offsets billing --topic payments:1,2,3,4,5 --to-earliest")
    }

    /// A topic that the group has never read can be taken in, from a file or by its name (KIP-122).
    @Test func topicsThatWereNeverReadAreReset() throws {
        func rows(_ model: Model) -> [String] {
            guard case .reset(let popup) = model.popup else { return [] }
            return ResetOffsets.rows(popup, model).filter { $0.after != nil }.map {
                "\($0.id.topic)/\($0.id.partition)"
            }
        }
        var model = reset()
        let own = rows(model)
        #expect(Set(own.map { $0.prefix { $0 != "/" } }) == ["payments"])
        _ = press([.tab, .character("+")], &model) + type("nowhere", &model) + press([.enter], &model)
        #expect(model.flash?.text == "there is no topic nowhere" && rows(model) == own)
        _ = press([.character("+")], &model) + type("dead-letters", &model) + press([.enter], &model)
        #expect(rows(model) == own + ["dead-letters/0"])
        _ = press([.tab], &model)
        let sent = type("billing", &model) + press([.enter], &model)
        guard case .change(.resetOffsets(_, let targets), let command)? = sent.last else {
            Issue.record("nothing was sent")
            return
        }
        #expect(targets.count == 7 && targets[TopicPartition("dead-letters", 0)] != nil)
        #expect(
            command == "klamm groups reset-offsets billing --topic dead-letters --topic payments --to-earliest")
        var file = reset()
        guard case .reset(var popup) = file.popup else { return }
        popup.mode = .file
        popup.value = "f"
        popup.asked = .file("f")
        file.popup = .reset(popup)
        let found = [TopicPartition("dead-letters", 0): Offset(3), TopicPartition("gone", 7): 4]
        _ = Update.update(&file, .offsetsFound(.file("f"), .success(found)))
        #expect(rows(file) == ["dead-letters/0"])
        #expect(file.flash?.text == "left out, as they do not exist: gone/7")
    }

    /// The commit of offsets makes a group (KIP-122): for chosen topics, or for those that are taken in one by one.
    @Test func aGroupThatDoesNotExistIsMade() throws {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.marks = ["orders", "payments"]
        _ = press([.character("O")] + "fresh".map { .character($0) } + [.enter], &model)
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("Reset offsets of fresh, a new group"))
        #expect(text.contains("orders") && text.contains("payments"))
        let sent = press([.tab, .tab] + "fresh".map { .character($0) } + [.enter], &model)
        guard case .change(.resetOffsets("fresh", let offsets), _)? = sent.last else {
            Issue.record("nothing was sent: \(text)")
            return
        }
        #expect(offsets.count == 18 && Set(offsets.keys.map(\.topic)) == ["orders", "payments"])
        var empty = Fixture.groups()
        _ = press([.character("N")] + "fresh".map { .character($0) } + [.enter, .tab, .character("+")], &empty)
        _ = press("orders".map { .character($0) } + [.enter], &empty)
        #expect(View.view(empty).lines.contains { $0.contains("orders") && $0.contains("12") })
        let undo = Change.deleteGroups(["fresh"])
        #expect(Change.resetOffsets(group: "fresh", offsets).undoWords(undo) == "yes: delete (typed name)")
    }

    @Test func theMessageAGroupHangsOnIsOneKeyAway() throws {
        var model = Fixture.groups(.group("billing"))
        model.list.cursorID = "payments/2"
        let committed = try #require(model.snapshot.group("billing")?.committed[TopicPartition("payments", 2)])
        guard case .read(let request)? = press([.character("n")], &model).last else {
            Issue.record("nothing is read")
            return
        }
        #expect(model.place == .messages && request.topics == ["payments"] && request.partitions == [2])
        #expect(request.from == .partitions([2: committed]) && !model.messages.isFollowing)
        #expect(View.view(model).lines[2].contains("partition 2 ── from \(Format.count(Int(committed)))"))
    }

    @Test func anAgeFitsItsColumn() {
        #expect(GroupsScreen.secondsText(64) == "1m04s" && GroupsScreen.secondsText(64, stale: true) == "1m")
        #expect(GroupsScreen.secondsText(730) == "12m" && GroupsScreen.secondsText(59, stale: true) == "59s")
    }

    @Test func aStalledGroupNamesItsReader() throws {
        var model = Fixture.groups(.group("notification-push"))
        let report = try #require(model.latest)
        var figures = report.figures
        var own = try #require(figures.groups["notification-push"]?.value)
        own.status = .stall
        figures.groups["notification-push"] = Shared(own)
        model.latest = ClusterReport(report.snapshot, figures: figures)
        let group = try #require(model.snapshot.group("notification-push"))
        let worst = try #require(own.partitions.max { ($0.lag ?? 0) < ($1.lag ?? 0) })
        let reader = try #require(group.members.first { $0.partitions.contains(worst.partition) }?.clientID)
        let text = GroupWords.sentence(group, model)
        #expect(text.hasPrefix("STALL: ") && text.contains(", read by \(reader), waits "))
        #expect(View.view(model).lines[model.size.height - 2].contains("n next message"))
    }

    @Test func markedPartitionsAloneAreReset() {
        var model = Fixture.groups(.group("billing"))
        model.list.cursorID = "payments/2"
        _ = press([.character(" ")], &model)
        model.list.cursorID = "payments/4"
        _ = press([.character("O")], &model)
        guard case .reset(let popup)? = model.popup else {
            Issue.record("no reset")
            return
        }
        #expect(ResetOffsets.targets(popup, model).keys.map(\.partition) == [2] && popup.cursor == 4)
        #expect(View.view(model).lines.contains { $0.contains("topic  payments, 1 of 6 partitions") })
    }

    @Test func aResetByAValueAsksForItFirst() {
        var model = reset()
        _ = press([.right, .right, .right, .right], &model)
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("Type by how many messages to shift."))
        #expect(text.contains("Nothing is chosen yet that would be sent.") && !text.contains("0 offsets"))
        _ = press([.character("1"), .enter], &model)
        #expect(!View.view(model).lines.contains { $0.contains(" 1 messages") })
    }

    @Test func groupsWithMembersAreNotReset() {
        var model = Fixture.groups(.group("notification-push"))
        _ = press([.character("O"), .tab, .tab], &model)
        #expect(type("notification-push", &model).isEmpty)
        #expect(press([.enter], &model).isEmpty)
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("Not possible: group is stable with 3 members. Stop them first."))
    }

    @Test func offsetsAreReadFromFiles() throws {
        let text = "topic,partition,offset\n\"billing\",\"payments\",0,17\npayments,1,18\n"
        let offsets = try OffsetsFile.read(Array(text.utf8), name: "f")
        #expect(offsets == [TopicPartition("payments", 0): 17, TopicPartition("payments", 1): 18])
        let good = Array("a,0,5\n\n\"a\", 1, 6\r\n".utf8)
        #expect(try OffsetsFile.read(good, name: "f") == [TopicPartition("a", 0): 5, TopicPartition("a", 1): 6])
        let wrong = [
            ("a,0,1\nb,x,2\n", "f:2: `b,x,2` is not topic,partition,offset"),
            ("a,0,5\na,0", "f:2: `a,0` is not topic,partition,offset"), ("a,0,5\na,0,6", "f:2: a-0 is named twice"),
            ("a,0,-1", "f:1: `a,0,-1` is not topic,partition,offset"), ("\n", "f names no offsets"),
            ("", "f names no offsets"),
        ]
        for (text, said) in wrong {
            #expect(throws: Failure(said)) { try OffsetsFile.read(Array(text.utf8), name: "f") }
        }
    }

    @Test func aFailureIsToldItemByItem() throws {
        var model = Fixture.groups(.group("billing"))
        let items = Fixture.billingOffsets.enumerated().map { number, offsets in
            let before = Format.count(Int(offsets.before))
            return number == 5
                ? ChangeItem(
                    "payments/5", detail: before, failure: "NOT_COORDINATOR, then timed out after 5 s")
                : ChangeItem("payments/\(number)", detail: "\(before) → \(Format.count(Int(offsets.after)))")
        }
        let change = Change.resetOffsets(
            group: "billing",
            Dictionary(
                Fixture.billingOffsets.enumerated().map { (TopicPartition("payments", Int32($0)), $1.after) },
                uniquingKeysWith: { a, _ in a }))
        model.now = 1_795_436_209_000
        model.lastKeyAt = model.now
        model.journal = [
            JournalEntry(
                number: 8, at: model.now, cluster: "bundled", change: change.summary, result: "5 ok, 1 failed",
                failed: true, undo: "yes", items: items, undoChange: change)
        ]
        _ = Update.update(&model, .changed(change, items, took: 5_000, journal: 8))
        try Golden.hold(model, as: "11.5")
        // Trying again shows its plan first, and needs the words.
        #expect(press([.enter], &model).isEmpty)
        #expect(View.view(model).lines.contains { $0.contains("Type the group name to reset:") })
        let sent = type("billing", &model) + press([.enter], &model)
        guard case .change(.resetOffsets(_, let left), _)? = sent.last else {
            Issue.record("nothing is sent")
            return
        }
        #expect(left == [TopicPartition("payments", 5): 15_783])
    }

    @Test func committedOffsetsAreDeletedByName() {
        var model = Fixture.groups(.group("billing"))
        let committed = model.snapshot.group("billing")?.committed ?? [:]
        guard let first = committed.keys.sorted().first else {
            Issue.record("billing has committed nothing")
            return
        }
        model.list.cursorID = "\(first.topic)/\(first.partition)"
        for key in [Key.character("X")] + "billing".map({ .character($0) }) { _ = Update.update(&model, .key(key)) }
        #expect(View.view(model).lines.contains { $0.contains("Sends OffsetDelete for 1 partition of billing") })
        #expect(
            Update.update(&model, .key(.enter)) == [
                .change(
                    .deleteOffsets(group: "billing", [first]),
                    command: "klamm groups delete-offsets billing --partition \(first.topic)/\(first.partition)")
            ])
    }
}
