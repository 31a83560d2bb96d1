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
            ("interval 5", "interval 500ms"), ("interval 5s", "interval 5s"),
        ])
    func argumentsOfCommands(_ typed: String, _ whole: String) {
        #expect(completed(.character(":"), typed) == whole)
    }

    private func run(_ command: String) -> (Model, [Command]) {
        var model = Fixture.model(Fixture.healthy(), .topics)
        let keys = [Key.character(":")] + command.map { .character($0) } + [.enter]
        let commands = keys.flatMap { Update.update(&model, .key($0)) }
        // What was typed is remembered in any case.
        return (model, commands.filter { if case .remember = $0 { false } else { true } })
    }

    @Test(arguments: [("10", 10_000), ("10s", 10_000), ("500ms", 500), ("2m", 120_000), ("off", 0), ("0", 0)])
    func theIntervalIsSetByItsTime(_ text: String, _ milliseconds: Int64) {
        let (model, commands) = run("interval \(text)")
        #expect(commands == [.setInterval(milliseconds: milliseconds)])
        #expect(model.interval == milliseconds)
    }

    @Test(arguments: ["50ms", "11m", "soon", "-1", "nan"])
    func anIntervalThatCannotBeIsRefused(_ text: String) {
        let (model, commands) = run("interval \(text)")
        #expect(commands == [])
        #expect(model.interval == 1_000)
        #expect(model.flash?.text.hasSuffix("such as 5s, not \(text)") == true)
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
