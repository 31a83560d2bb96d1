import ClusterInsight
import TerminalUI
import Testing

@testable import Dashboard

/// What Tab completes in prompts.
@Suite struct CompletionTests {
    /// The text after a prompt was opened by a key, something was typed and Tab pressed.
    private func completed(_ key: Key, _ text: String, _ place: Place = .topics) -> String? {
        var model = place == .messages ? Fixture.stopped() : Fixture.model(Fixture.healthy(), place)
        for key in [key] + text.map({ .character($0) }) + [.tab] { _ = Update.update(&model, .key(key)) }
        return model.prompt?.prompt.input.text
    }

    @Test(
        arguments: [
            ("messages cl", "messages clickstream"), ("producers pay", "producers payments"),
            ("format he", "format hex"), ("format key he", "format key hex"), ("partitions ", "partitions !"),
            ("groups ", "groups !"), ("sort mess", "sort messages"), ("group bi", "group billing"),
        ])
    func argumentsOfCommands(_ typed: String, _ whole: String) {
        #expect(completed(.character(":"), typed) == whole)
    }

    @Test(
        arguments: [
            ("be", "beginning"), ("e", "end"), ("ea", "earliest"), ("15m", "15m ago"), ("15m ", "15m ago"),
            ("1135480", "1135480"), ("12:04", "12:04"),
        ])
    func placesToSeek(_ typed: String, _ whole: String) {
        #expect(completed(.character("o"), typed, .messages) == whole)
    }

    @Test func internalTopicsAreOfferedWhereTheyAreShown() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        #expect(!Palette.suggestions("messages __", model).contains { $0.text == "messages __consumer_offsets" })
        model.showsInternal = true
        #expect(Palette.suggestions("messages __", model).first?.text == "messages __consumer_offsets")
    }
}
