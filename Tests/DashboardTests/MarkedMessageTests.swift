import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Marks on screen 6: saved alone, and sent once more.
@Suite struct MarkedMessageTests {
    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func has(_ text: String, _ model: Model) -> Bool { View.view(model).lines.contains { $0.contains(text) } }

    private func model(_ messages: [ReadMessage]) -> Model {
        var model = Fixture.model(Fixture.healthy(), .messages)
        _ = MessageMoves.begin(topics: ["orders"], from: .end, &model)
        _ = Update.update(
            &model, .messages(ReadUpdate(reading: model.messages.request?.number ?? 0, messages: messages)))
        return model
    }

    private func three() -> Model {
        model(
            (0..<3).map {
                MessageTests.message(
                    $0 == 1 ? nil : "v\($0)", key: "k\($0)", partition: Int32($0), offset: Int64(10 + $0),
                    headers: [RecordHeader(key: "h", value: [0xFF])], topic: "orders")
            })
    }

    @Test func onlyTheMarkedAreSaved() {
        var model = three()
        _ = press([.character("g"), .character(" "), .character(" ")], &model)
        #expect(model.list.marks == ["orders/0/10", "orders/1/11"])
        #expect(has("2 marked", model) && has("C-s save 2 ", model) && has(" │ *", model))
        let file = String(decoding: Export.contents(model, to: "a.ndjson"), as: UTF8.self)
        #expect(file.split(separator: "\n").count == 2 && file.contains("\"offset\":11"))
        #expect(!String(decoding: Export.contents(model, to: "a.csv"), as: UTF8.self).contains("k2"))
        _ = press([.character("\\")], &model)
        #expect(String(decoding: Export.contents(model, to: "a.csv"), as: UTF8.self).contains("k2"))
    }

    @Test func theMarkedAreSentAgain() throws {
        var model = three()
        model.list.marks = ["orders/0/10", "orders/1/11"]
        _ = press([.character("P")], &model)
        #expect(has("Produce 2 marked again", model) && has("topic        orders", model))
        _ = press([.control("u")] + "nowhere".map { .character($0) }, &model)
        #expect(has("no topic nowhere", model))
        _ = press([.control("u")] + "dead-letters".map { .character($0) } + [.tab, .right], &model)
        #expect(has("dead-letters has no partition 1", model))
        _ = press([.left, .tab, .right, .enter], &model)
        #expect(has("Sends 2 messages to dead-letters", model) && has("orders/0 1, orders/1 1", model))
        #expect(has("the time each had", model) && has("Send 2 messages?", model))
        guard case .change(.replay(let replay), let command)? = press([.character("y")], &model).first else {
            Issue.record("nothing is sent")
            return
        }
        #expect(replay.messages.map(\.offset) == [10, 11] && replay.topic == "dead-letters")
        let record = replay.record(1)
        #expect(record.value == nil && record.key == Array("k1".utf8) && record.partition == nil)
        #expect(record.timestamp == replay.messages[1].timestamp && record.headers.first?.value == [0xFF])
        #expect(command.hasPrefix("klamm produce dead-letters --json --keep-timestamps <<< '{\"topic\":\"orders\""))
        #expect(model.list.marks.isEmpty)
    }

    @Test func whatIsSentTwiceIsSaid() {
        var model = three()
        model.list.marks = ["orders/0/10"]
        _ = press([.character("P"), .enter], &model)
        #expect(has("who reads orders reads them once more", model))
    }

    @Test func onlyWhatFailedIsSentAnew() {
        let messages = three().messages.kept
        let replay = Replay(messages, to: "orders", keepsPartitions: false, keepsTimestamps: false)
        let items = messages.map { ChangeItem($0.id, failure: $0.offset == 11 ? "NOT_ENOUGH_REPLICAS" : nil) }
        let result = ResultPopup(title: "", change: .replay(replay), items: items, milliseconds: 1)
        guard case .replay(let again)? = Plans.failedAgain(result) else {
            Issue.record("no change")
            return
        }
        #expect(again.messages.map(\.offset) == [11])
    }

    @Test func maskedAndDamagedOnesAreNotSent() {
        var masked = MessageTests.message("v", topic: "orders")
        masked.maskedBy = ["people"]
        var model = model([masked])
        model.list.marks = [masked.id]
        _ = press([.character("P")], &model)
        #expect(model.popup == nil && model.flash?.text.contains("is masked by people") == true)
        var damaged = MessageTests.message("v", topic: "orders")
        damaged.damage = "offset 100 cannot be read: CRC"
        model = self.model([damaged])
        model.list.marks = [damaged.id]
        _ = press([.character("P")], &model)
        #expect(model.popup == nil && model.flash?.text.contains("orders/3/100 cannot be read") == true)
    }

    /// `DashboardLimits.replayed`, `spelledOutBytes` and `copiedBytes`.
    @Test func beyondTheBoundsFilesAreTheWay() {
        let many = (0...DashboardLimits.replayed).map {
            MessageTests.message("v", offset: Int64($0), topic: "orders")
        }
        var model = model(many)
        model.list.marks = Set(many.map(\.id))
        _ = press([.character("P")], &model)
        #expect(model.popup == nil && model.flash?.text.contains("1,000 at most go at once; C-s saves them") == true)
        let long = MessageTests.message(String(repeating: "v", count: DashboardLimits.spelledOutBytes), topic: "orders")
        let replay = Replay([long], to: "copy", keepsPartitions: true, keepsTimestamps: false)
        #expect(replay.equivalent.text() == "klamm produce copy --json --keep-partitions < marked.ndjson")
        let huge = MessageTests.message(String(repeating: "v", count: DashboardLimits.copiedBytes + 1), topic: "orders")
        model = self.model([huge])
        #expect(press([.character("y"), .character("v")], &model).isEmpty)
        #expect(model.flash?.text == "not copied: 1.0 MiB, a clipboard takes 1.0 MiB; C-s saves them")
    }
}
