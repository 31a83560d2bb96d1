import Testing

@testable import TerminalUI

@Suite("Typing")
struct InputTests {
    static func type(_ text: String, into prompt: inout Prompt) {
        for character in text { _ = prompt.handle(.character(character)) }
    }

    @Test("Editing keys")
    func editing() {
        var input = TextInput("group billing now")
        _ = input.handle(.control("w"))
        #expect(input.text == "group billing ")
        _ = input.handle(.control("a"))
        _ = input.handle(.delete)
        _ = input.handle(.character("G"))
        #expect((input.text, input.cursor) == ("Group billing ", 1))
        _ = input.handle(.control("k"))
        #expect(input.text == "G")
        _ = input.handle(.paste("two\nlines\t日"))
        #expect(input.text == "Gtwo lines 日")
        _ = input.handle(.backspace)
        _ = input.handle(.left)
        _ = input.handle(.modified(.left, .control))
        #expect(input.cursor == 5)
        _ = input.handle(.control("u"))
        #expect(input.isEmpty && input.cursor == 0)
        #expect(input.handle(.backspace) == true)
        #expect(input.handle(.up) == false)
    }

    @Test("What would be longer than allowed is refused as a whole, and told of")
    func limit() {
        var input = TextInput("abc", limit: 5)
        _ = input.handle(.paste("defgh"))
        #expect(input.text == "abc" && input.refused == 5)
        _ = input.handle(.paste("de"))
        #expect(input.text == "abcde" && input.refused == 0)
        _ = input.handle(.character("f"))
        #expect(input.text == "abcde" && input.refused == 1)
        _ = input.handle(.left)
        #expect(input.refused == 0)
    }

    @Test("History goes back and forth and keeps the draft")
    func history() {
        var prompt = Prompt(label: ":", history: History(["topics", "groups"]))
        Self.type("br", into: &prompt)
        _ = prompt.handle(.up)
        #expect(prompt.input.text == "groups")
        _ = prompt.handle(.up)
        _ = prompt.handle(.up)
        #expect(prompt.input.text == "topics")
        _ = prompt.handle(.down)
        _ = prompt.handle(.down)
        #expect(prompt.input.text == "br")
        #expect(prompt.handle(.enter) == .run("br"))
        #expect(prompt.history.entries == ["topics", "groups", "br"])
        #expect(prompt.handle(.escape) == .closed)
    }

    @Test("History is bounded, without blanks and repeats")
    func historyBound() {
        var history = History(limit: 3)
        for text in ["a", "b", " ", "a", "c", "d"] { history.add(text) }
        #expect(history.entries == ["a", "c", "d"])
    }

    @Test("Ghosts are taken by Tab, and by → at the end only")
    func ghost() {
        var prompt = Prompt(label: ":")
        Self.type("group bi", into: &prompt)
        prompt.ghost = "lling"
        var buffer = CellBuffer(size: Size(width: 20, height: 1))
        prompt.draw(on: &buffer, in: buffer.bounds)
        #expect(buffer.lines == [":group billing      "])
        #expect(buffer.cursor == Point(x: 9, y: 0))
        #expect(buffer[9, 0].style.role == .promptGhost)
        var left = prompt
        _ = left.handle(.left)
        _ = left.handle(.right)
        #expect(left.input.text == "group bi")
        _ = prompt.handle(.tab)
        #expect(prompt.input.text == "group billing")
    }

    @Test("A long text scrolls with its cursor")
    func scrolls() {
        var buffer = CellBuffer(size: Size(width: 6, height: 1))
        TextInput("abcdefgh").draw(on: &buffer, in: buffer.bounds)
        #expect(buffer.lines == ["defgh "])
        #expect(buffer.cursor == Point(x: 5, y: 0))
    }

    @Test("A form like the one for a new topic")
    func form() {
        var form = Form(fields: [
            .text("name", "name"),
            .number("partitions", "partitions", 6, note: "1 – 1,000"),
            FormField("cleanup", label: "cleanup", value: .choice(["delete", "compact", "both"], selected: 0)),
            FormField("placement", label: "placement", value: .fixed("p0 1,2,3")),
        ])
        for character in "invoices" { #expect(form.handle(.character(character)) == .edited(field: "name")) }
        #expect(form.handle(.tab) == .moved)
        #expect(form.handle(.character("x")) == .ignored)
        #expect(form.handle(.backspace) == .edited(field: "partitions"))
        #expect(form.handle(.character("8")) == .edited(field: "partitions"))
        #expect(form["partitions"]?.integer == 8)
        _ = form.handle(.tab)
        #expect(form.handle(.right) == .edited(field: "cleanup"))
        var buffer = CellBuffer(size: Size(width: 44, height: 5))
        form.draw(on: &buffer, in: Rect(x: 0, y: 0, width: 44, height: 4))
        #expect(form.handle(.tab) == .moved)
        #expect(form.focusedButton == 0)
        form.drawButtons(on: &buffer, in: Rect(x: 0, y: 4, width: 44, height: 1))
        #expect(
            buffer.lines == [
                "name           invoices                     ",
                "partitions     8               1 – 1,000    ",
                "cleanup        delete  [compact]  both      ",
                "placement      p0 1,2,3                     ",
                "               [ Preview ]     Cancel       ",
            ])
        #expect(form.handle(.right) == .moved)
        #expect(form.handle(.enter) == .pressed(button: 1))
        #expect(form.handle(.escape) == .cancelled)
    }

    @Test("Confirming starts on No")
    func confirmation() {
        var question = Confirmation("Kill broker 2?")
        var buffer = CellBuffer(size: Size(width: 28, height: 1))
        question.draw(on: &buffer, in: buffer.bounds)
        #expect(buffer.lines == ["Kill broker 2?  Yes [ No ]  "])
        #expect(question.handle(.enter) == .no)
        #expect(question.handle(.left) == .moved)
        #expect(question.handle(.enter) == .yes)
        #expect(question.handle(.character("y")) == .yes)
        #expect(question.handle(.escape) == .no)
        #expect(question.handle(.character("Y")) == .ignored)
    }

    @Test("Typing the words")
    func typed() {
        var question = TypedConfirmation("Type the name to delete it:", expected: "orders")
        #expect(question.handle(.paste("order")) == .edited)
        #expect(question.handle(.enter) == .notYet)
        _ = question.handle(.character("s"))
        #expect(question.handle(.enter) == .confirmed)
    }

    @Test("Names of keys read back")
    func keyNames() {
        let keys: [Key] = [
            .character("a"), .character(" "), .character(":"), .control("d"), .control("\\"), .alt("x"), .enter,
            .backTab, .pageDown, .function(12), .modified(.left, .control), .modified(.up, [.shift, .alt]),
        ]
        for key in keys { #expect(key.name.flatMap { Key(name: $0) } == key) }
        #expect(Key(name: "F13") == nil)
        #expect(Key(name: "C-Enter") == nil)
        #expect(Key(name: "") == nil)
        #expect(Key.resize(Size(width: 1, height: 1)).name == nil)
    }
}
