import TerminalUI
import Testing

@testable import Dashboard

/// The form for a message: what is typed is what is sent.
@Suite struct ProduceFormTests {
    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func type(_ text: String, _ model: inout Model) { _ = press(text.map { .character($0) }, &model) }

    private func has(_ text: String, _ model: Model) -> Bool { View.view(model).lines.contains { $0.contains(text) } }

    private func form() -> Model {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.cursorID = "orders"
        _ = press([.character("P"), .tab], &model)
        return model
    }

    private func record(_ model: inout Model) -> NewRecord? {
        _ = press([.enter], &model)
        guard case .change(.produce(let record), _)? = press([.character("y")], &model).first else { return nil }
        return record
    }

    @Test func aKeyThatIsTypedIsNoLongerNull() {
        var model = form()
        #expect(has("any: the key is null", model))
        type("k2", &model)
        #expect(has("[text]  json   hex   null", model) && has("by key: murmur2 →", model))
        _ = press([.tab, .tab], &model)
        type("v", &model)
        let sent = record(&model)
        #expect(sent?.key == Array("k2".utf8) && sent?.value == Array("v".utf8))
    }

    @Test func aKeyThatIsClearedIsNullAgain() {
        var model = form()
        type("k", &model)
        _ = press([.backspace], &model)
        #expect(has("text   json   hex  [null]", model) && has("any: the key is null", model))
    }

    @Test func nullIsSaidWhereTextStands() {
        var model = form()
        type("k2", &model)
        _ = press([.tab, .left], &model)
        #expect(has("null is sent, not the text", model))
        #expect(record(&model)?.key == nil)
    }

    @Test func nothingIsTypedWhereAChoiceIsMade() {
        var model = form()
        _ = press([.tab], &model)
        type("{", &model)
        #expect(model.flash?.text == "nothing is typed here: ←→ choose text, json, hex, null; Tab goes on")
        _ = press([.right], &model)
        #expect(has("[text]  json   hex   null", model))
    }

    @Test func thePlanShowsWhatIsSent() {
        var model = form()
        type("k2", &model)
        _ = press([.enter], &model)
        #expect(has("key            k2   2 bytes", model) && has("value          empty, 0 bytes", model))
        #expect(has("acks           all", model) && has("compression    none", model))
    }
}
