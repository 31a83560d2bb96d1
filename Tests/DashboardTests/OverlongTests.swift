import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Texts that are longer than they may be: nothing of them is taken, and the screen says so.
@Suite struct OverlongTests {
    private let long = String(repeating: "x", count: TextInput.defaultLimit + 1)

    private func rows(_ model: Model) -> [String] { View.view(model).lines }

    @Test func aPromptSaysSoBesideItsText() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        _ = Update.update(&model, .key(.character("/")))
        _ = Update.update(&model, .key(.paste("pay")))
        _ = Update.update(&model, .key(.paste(long)))
        #expect(rows(model).last?.contains("/pay") == true)
        #expect(rows(model).last?.contains("4,097 characters do not fit: at most 4,096. None was taken") == true)
        _ = Update.update(&model, .key(.character("m")))
        #expect(model.list.filter == "paym" && rows(model).last?.contains("do not fit") == false)
    }

    @Test func aFormSaysSo() throws {
        var model = Fixture.model(Fixture.healthy(), .topics)
        _ = Update.update(&model, .key(.character("N")))
        _ = Update.update(&model, .key(.paste(long)))
        guard case .form(let popup)? = model.popup else { throw Failure("no form") }
        #expect(popup.string("name").isEmpty)
        #expect(model.flash?.text == "4,097 characters do not fit: at most 4,096. None was taken")
        _ = Update.update(&model, .key(.paste(String(long.dropLast()))))
        model.flash = nil
        _ = Update.update(&model, .key(.character("y")))
        #expect(model.flash?.text == "no more than 4,096 characters")
        model.flash = nil
        _ = Update.update(&model, .key(.tab))
        #expect(model.flash == nil, "it is said once")
    }

    @Test func namesThatAreTypedToConfirmSaySo() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.cursorID = "orders"
        _ = Update.update(&model, .key(.character("D")))
        _ = Update.update(&model, .key(.paste(long)))
        #expect(model.flash?.text == "4,097 characters do not fit: at most 300. None was taken")
        model = Fixture.model(Fixture.healthy(), .topics)
        for key in "?/" { _ = Update.update(&model, .key(.character(key))) }
        _ = Update.update(&model, .key(.paste(long)))
        #expect(model.flash?.text == "4,097 characters do not fit: at most 4,096. None was taken")
    }

    /// What the terminal itself does not take matters only where somebody types.
    @Test func aPasteThatTheTerminalRefusesIsSaid() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        _ = Update.update(&model, .key(.tooLongPaste(limit: 1 << 20)))
        #expect(model.flash == nil)
        _ = Update.update(&model, .key(.character("N")))
        _ = Update.update(&model, .key(.tooLongPaste(limit: 1 << 20)))
        #expect(model.flash?.text == "more than 1.0 MiB were pasted. None of it was taken")
    }
}
