import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// `/`, `n` and `N` in texts that are longer than the screen.
@Suite struct TextSearchTests {
    private func press(_ keys: [Key], _ model: inout Model) {
        for key in keys { _ = Update.update(&model, .key(key)) }
    }

    private func type(_ text: String, _ model: inout Model) { press(text.map { .character($0) }, &model) }

    private func text(_ lines: [String], width: Int = 84) -> Model {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.popup = .text(TextPopup(title: "A text", lines: lines.map { StyledText($0) }, width: width))
        return model
    }

    private func matches(_ model: Model) -> [String] {
        let buffer = View.view(model)
        return (0..<buffer.size.height).map { y in
            (0..<buffer.size.width).compactMap { x in
                buffer[x, y].style.role == .match ? String(buffer[x, y].character) : nil
            }.joined()
        }.filter { !$0.isEmpty }
    }

    @Test func itGoesFromMatchToMatch() {
        var model = text((0..<100).map { "line \($0)" + ($0 % 30 == 7 ? " needle" : "") })
        type("/NEED", &model)
        #expect(model.popup?.textPlace?.search.line == 7 && matches(model) == ["need"])
        press([.enter], &model)
        #expect(View.view(model).lines.contains { $0.contains(" /NEED ─") })
        press([.character("n")], &model)
        #expect(model.popup?.textPlace?.search.line == 37)
        #expect(View.view(model).lines.contains { $0.contains("line 37 needle") })
        press([.character("N"), .character("N")], &model)
        #expect(model.popup?.textPlace?.search.line == 97, "around the end")
        press([.character("g"), .character("n")], &model)
        #expect(model.popup?.textPlace?.search.line == 7, "from where it was scrolled to")
        press([.escape], &model)
        #expect(model.popup != nil && matches(model).isEmpty, "the first Esc ends the search")
        press([.escape], &model)
        #expect(model.popup == nil)
    }

    @Test func whatIsNowhereIsSaid() {
        var model = text(["a", "b"])
        press([.character("n")], &model)
        #expect(model.flash?.text == "nothing is searched for: / searches")
        type("/zebra", &model)
        #expect(model.prompt?.note == "on no line of this text")
        press([.enter], &model)
        #expect(model.flash?.text == "/zebra: on no line of this text")
        type("/", &model)
        press([.control("u")], &model)
        type("re:(", &model)
        #expect(model.prompt?.note == "not a regular expression: (")
        press([.escape], &model)
        #expect(model.popup?.textPlace?.search.text == "zebra", "Esc in the prompt brings back what was searched")
    }

    @Test func aWordBrokenAtTheEdgeIsFound() {
        let value = String(repeating: "x", count: 70) + "needleHay" + String(repeating: "y", count: 30)
        var model = text([value])
        type("/needlehay", &model)
        press([.enter], &model)
        let found = matches(model)
        #expect(found.joined() == "needleHay" && found.count == 1)
        model = text([String(repeating: "x", count: 76) + "needleHay"])
        type("/needlehay", &model)
        #expect(model.popup?.textPlace?.search.line == 0)
        #expect(matches(model) == ["need", "leHay"])
    }

    @Test func messagesAreSearched() throws {
        var model = Fixture.following()
        let fields = (0..<80).map { "\"field\($0)\":\"value \($0)\"" }.joined(separator: ",")
        let message = MessageTests.message("{\(fields),\"tail\":\"the end\"}")
        model.popup = .message(MessagePopup(message: message))
        type("/tail", &model)
        press([.enter], &model)
        #expect(View.view(model).lines.contains { $0.contains("\"tail\": \"the end\"") })
        #expect(matches(model) == ["tail"])
        press([.tab], &model)
        #expect(model.popup?.textPlace?.search.text == "tail", "it is kept for the raw text")
        press([.character("n")], &model)
        #expect(matches(model) == ["tail"])
    }

    @Test func logsAreSearchedInTheSameWay() {
        let lines = ["a needle", "b", "c NEEDLE", "d"]
        func next(_ line: Int, _ step: Int) -> Int? {
            TextSearch.next("needle", after: line, step: step, count: lines.count) { lines[$0] }
        }
        #expect(next(0, 1) == 2 && next(2, 1) == 0 && next(0, -1) == 2 && next(3, -1) == 2 && next(-1, 1) == 0)
        #expect(TextSearch.next("zebra", after: 0, step: 1, count: 4) { lines[$0] } == nil)
    }
}
