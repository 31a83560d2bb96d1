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

    @Test func whatWasRunIsKept() {
        var model = topics("orders")
        let commands = press([.character("/")], &model) + type("pay", &model) + press([.enter], &model)
        #expect(commands.contains(.remember(prompt: "/", ["pay"])))
        var later = topics("orders")
        _ = Update.update(&later, .histories(["/": ["pay"]]))
        _ = press([.character("/"), .up], &later)
        #expect(later.prompt?.prompt.input.text == "pay")
    }

    @Test func keys() throws {
        var model = topics("orders")
        _ = press([.character("?")], &model)
        try Golden.hold(model, as: "10.2")
        _ = press([.character("/")], &model) + type("delete the topic", &model) + press([.enter, .enter], &model)
        #expect(View.view(model).lines.contains { $0.contains("Delete topic orders") })
    }

    @Test func createTopic() throws {
        var model = topics("orders")
        _ = press([.character("N")], &model) + type("invoices", &model)
        _ = Update.update(&model, .validated(topic: "invoices", problem: nil))
        try Golden.hold(model, as: "11.1")
    }

    @Test func killBroker() throws {
        var model = Fixture.model(Fixture.healthy(), .brokers)
        _ = press([.down, .character("K")], &model) + type("ki", &model)
        try Golden.hold(model, as: "11.2")
    }

    @Test func deleteTopic() throws {
        var model = topics("orders-retry")
        _ = press([.character("D")], &model) + type("orders-re", &model)
        try Golden.hold(model, as: "11.3")
        #expect(press([.enter], &model).isEmpty)
        #expect(model.flash?.text == "not the words yet")
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
}
