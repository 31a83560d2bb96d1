import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// `y`: what can be copied, and by which letters.
@Suite struct CopyChoiceTests {
    private func press(_ keys: Key..., to model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func copied(_ letters: String, _ model: inout Model) -> String? {
        let commands = letters.flatMap { Update.update(&model, .key(.character($0))) }
        guard case .copy(let text)? = commands.last else { return nil }
        return text
    }

    private func messages() -> Model {
        var model = Fixture.model(Fixture.healthy(), .messages)
        _ = MessageMoves.begin(topics: ["orders"], from: .end, &model)
        let all = [(0, 7), (0, 8), (1, 3)].map { partition, offset in
            MessageTests.message(
                "{\"n\":\(offset)}", key: "k-\(offset)", partition: Int32(partition), offset: Int64(offset),
                headers: [RecordHeader(key: "source", value: Array("web".utf8)), RecordHeader(key: "no", value: nil)],
                topic: "orders")
        }
        _ = Update.update(
            &model, .messages(ReadUpdate(reading: model.messages.request?.number ?? 0, messages: all)))
        return model
    }

    @Test func rowsAreCopiedAsNameRowJSONOrCommand() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.cursorID = "orders"
        #expect(copied("yy", &model) == "orders" && model.popup == nil)
        #expect(model.flash?.text == "copied: orders")
        #expect(copied("yn", &model) == "orders")
        #expect(copied("yc", &model) == "klamm topics describe orders")
        let json = copied("yj", &model) ?? ""
        #expect(json.hasPrefix("{\"name\":\"orders\",\"partitions\":12,") && !json.contains("\n"))
        let row = copied("yr", &model) ?? ""
        #expect(row.hasPrefix("orders\t12\t3\t"))
        _ = press(.character("y"), to: &model)
        #expect(press(.down, .enter, to: &model) == [.copy(row)])
        _ = press(.character("y"), to: &model)
        #expect(press(.escape, to: &model).isEmpty && model.popup == nil)
    }

    @Test func allMarkedRowsAreCopied() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.marks = ["payments", "orders"]
        #expect(copied("yc", &model) == "klamm topics describe orders payments")
        #expect(copied("yj", &model)?.split(separator: "\n").count == 2)
        _ = press(.character("y"), to: &model)
        #expect(View.view(model).lines.contains { $0.contains("Copy of 2 marked") })
    }

    @Test func configsHaveTheirValueFirstUnlessItIsHidden() {
        var model = Fixture.model(Fixture.healthy(), .topic("orders", .config))
        let hidden = ConfigEntry(name: "secret", value: "do not show", source: .dynamicTopic, isSensitive: true)
        let own = ConfigEntry(name: "retention.ms", value: "604800000", source: .dynamicTopic)
        model.configs[.topic("orders")] = Reading([own, hidden], at: model.now)
        model.list.cursorID = "retention.ms"
        #expect(copied("yy", &model) == "604800000")
        #expect(copied("yn", &model) == "retention.ms")
        #expect(copied("yc", &model) == "klamm configs describe --topic orders")
        model.list.cursorID = "secret"
        for letter in "yvnrjc" {
            let text = copied("y\(letter)", &model) ?? ""
            #expect(!text.contains("do not show"), "\(letter)")
            _ = press(.escape, to: &model)
        }
    }

    @Test func messagesAreCopiedInParts() {
        var model = messages()
        model.list.cursorID = "orders/1/3"
        #expect(copied("yy", &model) == "{\"n\":3}")
        #expect(model.flash?.text == "copied the value of orders/1/3")
        #expect(copied("yk", &model) == "k-3")
        #expect(copied("yh", &model) == "source: web\nno: (null)")
        #expect(copied("yc", &model) == "klamm consume orders --partition 1 --from 3 --to 3 --output json")
        #expect(copied("yj", &model)?.hasPrefix("{\"topic\":\"orders\",\"partition\":1,\"offset\":3,") == true)
    }

    @Test func markedMessagesAreCopiedTogether() {
        var model = messages()
        model.list.marks = ["orders/0/7", "orders/0/8", "orders/1/3"]
        #expect(copied("yk", &model) == "k-7\nk-8\nk-3")
        #expect(
            copied("yc", &model) == "klamm consume orders --partition 0 --from 7 --to 8 --output json; "
                + "klamm consume orders --partition 1 --from 3 --to 3 --output json")
        #expect(View.view(model).lines.contains { $0.contains("3 marked") })
    }

    @Test func aMessageInFullStaysUnderTheChoice() {
        var model = messages()
        _ = press(.enter, .character("y"), to: &model)
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("Message 3 of 3") } && lines.contains { $0.contains(" v   value") })
        #expect(copied("k", &model) == "k-3")
        guard case .message = model.popup else {
            Issue.record("the message is gone")
            return
        }
        _ = press(.character("y"), .escape, to: &model)
        guard case .message = model.popup else {
            Issue.record("the message is gone")
            return
        }
    }

    @Test func aLineOfALogIsCopiedAtOnce() {
        var model = Fixture.model(Fixture.healthy(), .broker(1, .log))
        model.logs[1] = ["12:00:00 INFO one", "12:00:01 INFO two"]
        model.list.cursorID = "0"
        #expect(copied("y", &model) == "12:00:00 INFO one")
        #expect(model.flash?.text == "copied the line")
    }

    @Test func aCommandOfTheJournalIsWhatWasDone() {
        var model = Fixture.model(Fixture.healthy(), .journal)
        model.journal = [
            JournalEntry(
                number: 1, at: 1, cluster: "bundled", change: "stop", result: "ok", command: "klamm cluster stop 2")
        ]
        #expect(copied("yc", &model) == "klamm cluster stop 2")
    }
}
