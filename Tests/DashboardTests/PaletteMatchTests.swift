import Testing

@testable import Dashboard

/// What is typed after `:` finds what begins with it, then what contains it, then what has its letters in order.
@Suite struct PaletteMatchTests {
    private func found(_ wanted: String, takesAll: Bool = false, _ texts: [String]) -> [String] {
        var matches = PaletteMatches(wanted, takesAll: takesAll)
        for text in texts { matches.take("topic ", text) { Palette.Suggestion(text: text, about: "") } }
        return matches.best.map(\.text)
    }

    @Test func theBestComeFirst() {
        let names = ["x-ord", "o-r-d", "Orders", "other", "none"]
        #expect(found("topic ord", names) == ["Orders", "x-ord", "o-r-d"])
        #expect(found("ord", names) == ["x-ord", "Orders", "o-r-d"])
        #expect(found("t ord", ["orders"]) == ["orders"])
        #expect(found("drs o", ["orders"]).isEmpty)
        #expect(found("topic größe", ["GRÖSSE", "GRÖßE"]) == ["GRÖßE"])
    }

    @Test func theyAreFewUnlessAllAreWanted() {
        let names = (10..<30).map { "a\($0)" }
        #expect(found("topic a", names) == Array(names.prefix(Palette.limit)))
        #expect(found("topic a", takesAll: true, names) == names)
        #expect(found("a1", takesAll: true, names) == Array(names.prefix(Palette.limit)))
    }

    @Test func sentencesAreFoundByTheirWords() {
        var matches = PaletteMatches("nw", takesAll: false)
        matches.take("new topic", isSentence: true) { Palette.Suggestion(text: "new topic", about: "") }
        #expect(matches.best.isEmpty)
        matches = PaletteMatches("new", takesAll: false)
        matches.take("new topic", isSentence: true) { Palette.Suggestion(text: "new topic", about: "") }
        #expect(matches.best.count == 1)
    }
}
