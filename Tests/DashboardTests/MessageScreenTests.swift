import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Screen 6 as it is drawn: following, scanning, one message in full, seeking, producing.
@Suite struct MessageScreenTests {
    private func press(_ keys: [Key], _ model: inout Model) {
        for key in keys { _ = Update.update(&model, .key(key)) }
    }

    @Test func following() throws { try Golden.hold(Fixture.following(), as: "6.1") }

    @Test func scanning() throws { try Golden.hold(Fixture.scanning(), as: "6.2") }

    @Test func detail() throws {
        var model = Fixture.stopped()
        press([.enter], &model)
        try Golden.hold(model, as: "6.3")
        let lines = View.view(model).lines
        press([.tab, .tab], &model)
        #expect(View.view(model).lines.contains { $0.contains("0000  7b 22 74 79 70 65 22 3a") })
        press([.tab, .character("]"), .character("[")], &model)
        #expect(View.view(model).lines == lines)
        press([.escape], &model)
        #expect(model.popup == nil && model.list.cursorID == Fixture.followed(4).id)
    }

    @Test func whatCannotBeReadStandsInItsPlace() {
        var model = Fixture.stopped()
        guard let first = model.messages.kept.first, var update = model.messages.last else { return }
        var broken = ReadMessage(
            topic: first.topic, partition: 1, offset: 9_000_000, timestamp: first.timestamp, key: nil, value: nil)
        broken.damage = "offsets 9000000 to 9000004 cannot be read: crcMismatch"
        update.messages = [broken]
        _ = Update.update(&model, .messages(update))
        model.list.cursorID = broken.id
        #expect(View.view(model).lines.contains { $0.contains("9,000,000 —") && $0.contains("cannot be read") })
        press([.enter], &model)
        #expect(View.view(model).lines.contains { $0.contains("offsets 9000000 to 9000004 cannot be read") })
    }

    @Test func oneMessageIsSavedByTheEnding() {
        func saved(_ name: String) -> String? {
            var model = Fixture.stopped()
            press([.enter, .control("s")] + name.map { .character($0) }, &model)
            guard case .save(_, let contents)? = Update.update(&model, .key(.enter)).first else { return nil }
            return String(decoding: contents, as: UTF8.self)
        }
        #expect(saved("m")?.hasPrefix("{\"ty") == true)
        #expect(saved("m.ndjson")?.hasPrefix("{\"topic\":\"post-events\",\"partition\":") == true)
        #expect(saved("m.csv")?.hasPrefix("topic,partition,offset,time,key,value,headers\r\npost-events,") == true)
    }

    @Test func seeking() throws {
        var model = Fixture.stopped()
        press([.character("o")] + "15m ago".map { .character($0) }, &model)
        let at = model.now - 900_000
        _ = Update.update(&model, .resolved(ReadSpan(.offset(15)), "offset 15 in 6 partitions"))
        _ = Update.update(&model, .resolved(ReadSpan(.time(at)), "offsets 918,204 … 925,377 in 6 partitions"))
        try Golden.hold(model, as: "6.4")
    }

    @Test func theFilterSaysWhatCanBeTyped() {
        var model = Fixture.stopped()
        press([.character("/")], &model)
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("┌ Filter ─") } && lines.contains { $0.contains("user.id == 12 ") })
        #expect(lines[lines.count - 2].contains("Enter search  ↑↓ history  Esc close"))
        press([.character("x")], &model)
        #expect(View.view(model).lines[lines.count - 2].contains("C-u clear"))
    }

    @Test func everyFormOfAFilterIsUnderstood() {
        func filter(_ text: String) -> MessageFilter { MessageFilter(text, now: 1_000_000, zone: .utc) }
        for (form, _) in MessageFilter.forms {
            #expect(filter(form).error == nil && filter(form).expression != nil, "\(form)")
        }
        #expect(filter("user.id == 12").expression == .test(.compare(.path(["user", "id"]), .equal, "12")))
        #expect(filter("value.user.id:12").expression == .test(.contains(.path(["user", "id"]), "12")))
    }

    @Test func aFieldWithoutItsPartIsToldApartFromText() {
        func meant(_ text: String) -> String? { MessageFilter(text, now: 0, zone: .utc).meant }
        #expect(meant("user.id:3") == "value.user.id:3" && meant("type:like") == "value.type:like")
        #expect(meant("like") == nil && meant("http://a") == nil && meant("12:04") == nil && meant("value.a:3") == nil)
        var model = Fixture.stopped()
        _ = MessageMoves.filter("user.id:3", &model)
        let number = model.messages.request?.number ?? 0
        _ = Update.update(&model, .messages(ReadUpdate(reading: number, scanned: 5, state: .atEnd)))
        #expect(
            View.view(model).lines.contains {
                $0.contains("No match in 5 messages (all scanned). / then value.user.id:3 looks into that field.")
            })
    }

    @Test func partitionsThatCouldNotBeReadAreNotCalledScanned() {
        var model = Fixture.model(Fixture.healthy(), .messages)
        _ = MessageMoves.begin(topics: ["payments"], from: .end, &model)
        _ = MessageMoves.filter("nothing", &model)
        let number = model.messages.request?.number ?? 0
        func end(_ partitions: Range<Int32>) {
            let progress = Dictionary(
                partitions.map {
                    (TopicPartition("payments", $0), ReadUpdate.Progress(start: 0, position: 5, end: 5, scanned: 5))
                }, uniquingKeysWith: { a, _ in a })
            let update = ReadUpdate(reading: number, scanned: 25, progress: progress, state: .atEnd)
            _ = Update.update(&model, .messages(update))
        }
        end(0..<5)
        let lines = View.view(model).lines
        #expect(lines[2].contains("all scanned but 1 partition ┐"))
        #expect(lines.contains { $0.contains("No match in 25 messages. payments/5 could not be read: no answer.") })
        end(0..<6)
        #expect(View.view(model).lines[2].contains(" all scanned ┐"))
    }

    @Test func escapeEndsAScanThenTheFilter() {
        var model = Fixture.scanning()
        press([.escape], &model)
        #expect(!model.messages.isReading && model.messages.request?.filter.expression != nil)
        press([.escape], &model)
        #expect(model.messages.request?.filter.expression == nil && model.messages.request?.follow == true)
        #expect(model.messages.isReading)
    }

    @Test func aScanAtItsEndOffersNothingToContinue() {
        var model = Fixture.scanning()
        let number = model.messages.request?.number ?? 0
        _ = Update.update(&model, .messages(ReadUpdate(reading: number, scanned: 5, state: .atEnd)))
        let hints = View.view(model).lines[model.size.height - 2]
        #expect(hints.contains("Esc clear filter") && !hints.contains("continue") && !hints.contains("more"))
    }

    private func message(_ partition: Int32, _ offset: Int64, at: Timestamp) -> ReadMessage {
        ReadMessage(topic: "t", partition: partition, offset: offset, timestamp: at, key: nil, value: nil)
    }

    @Test func partitionsAreShownInTheOrderOfTime() {
        let messages = [
            message(0, 1, at: 10), message(0, 2, at: 40), message(0, 3, at: 30), message(1, 7, at: 20),
            message(1, 8, at: 35), message(2, 5, at: 10),
        ]
        // What a producer dated back stays behind what was written before it.
        #expect(messages.byTime().map(\.id) == ["t/0/1", "t/2/5", "t/1/7", "t/1/8", "t/0/2", "t/0/3"])
    }

    @Test func whatWasThereBeforeIsMixedAndNotNew() {
        var state = MessagesState()
        let number = state.begin(ReadRequest(topics: ["t"], from: .last(50))).number
        func progress(_ position: Int64) -> [TopicPartition: ReadUpdate.Progress] {
            [TopicPartition("t", 0): .init(start: 0, position: position, end: 2, scanned: 0)]
        }
        state.take(
            ReadUpdate(reading: number, messages: [message(0, 0, at: 50)], progress: progress(1)), now: 0)
        state.take(
            ReadUpdate(
                reading: number, messages: [message(1, 0, at: 20), message(0, 1, at: 60)], progress: progress(2)),
            now: 0)
        #expect(state.kept.map(\.id) == ["t/1/0", "t/0/0", "t/0/1"])
        state.take(ReadUpdate(reading: number, messages: [message(1, 1, at: 5)], progress: progress(2)), now: 0)
        #expect(state.kept.last?.id == "t/1/1")
        state.isFollowing = false
        let later = [message(0, 1, at: 60), message(0, 2, at: 70)]
        state.take(ReadUpdate(reading: number, messages: later, progress: progress(2)), now: 0)
        #expect(state.missed == 1)
    }

    @Test func producing() throws {
        var model = Fixture.stopped()
        press([.enter, .character("P")], &model)
        try Golden.hold(model, as: "6.5")
    }

    @Test func narrow() {
        for model in [Fixture.following(width: 80, height: 24), Fixture.scanning(width: 80, height: 24)] {
            let lines = View.view(model).lines
            #expect(lines.allSatisfy { TextWidth.of($0) == 80 })
            #expect(lines[0].contains("▸ post-events"))
        }
    }
}
