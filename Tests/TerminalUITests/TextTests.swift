import Testing

@testable import TerminalUI

@Suite("Text width and cutting")
struct TextTests {
    @Test(
        "Widths as terminals have them",
        arguments: [
            ("orders", 6), ("", 0), ("très", 4), ("e\u{301}", 1), ("ユーザー42", 10), ("🎉", 2), ("▌●★…─│", 6),
            ("👩‍👧", 4), ("🇩🇪", 2), ("\u{200b}a\u{feff}", 1), ("한글", 4), ("\u{1112}\u{1161}\u{11ab}", 2), ("\n\t", 2),
            ("ﬁ", 1), ("Ａ", 2),
        ])
    func width(text: String, cells: Int) {
        #expect(TextWidth.of(text) == cells)
    }

    @Test("What controls a terminal is made harmless")
    func controls() {
        let drawn = Cluster.split("a\u{1b}[31m\u{7}\u{9b}\u{202e}\u{7f}").map { String($0.character) }.joined()
        #expect(drawn == "a␛[31m␇\u{fffd}\u{fffd}␡")
        let ascii = Cluster.split("a\u{1b}é→日\u{301}", glyphs: .ascii).map { String($0.character) }.joined()
        #expect(ascii == "a??->??")
        let lines = Cluster.split("Topics 2 ── │┌┐└┘├┤", glyphs: .ascii).map { String($0.character) }.joined()
        #expect(lines == "Topics 2 -- |++++++")
    }

    @Test("Piled up marks are bounded")
    func marks() {
        let clusters = Cluster.split("e" + String(repeating: "\u{301}", count: 50))
        #expect(clusters.count == 1)
        #expect(clusters[0].character.unicodeScalars.count == 5)
        #expect(Cluster.split("\u{301}x").map(\.width) == [1, 1])
    }

    @Test("Names lose their middle, text its end")
    func cuts() {
        #expect(Cut.middle.cut("orders-eu-central-retry-v2", to: 19) == "orders-eu…-retry-v2")
        #expect(Cut.end.cut("lag grew for 10 minutes", to: 10) == "lag grew …")
        #expect(Cut.end.cut("short", to: 5) == "short")
        #expect(Cut.end.cut("short", to: 1) == "…")
        #expect(Cut.end.cut("short", to: 0) == "")
        #expect(Cut.end.cut("abcdef", to: 4, glyphs: .ascii) == "abc~")
        #expect(Cut.middle.cut("abcdefgh", to: 6, glyphs: .ascii) == "ab..gh")
    }

    @Test("A wide character is never halved", arguments: 0...9)
    func wideCut(width: Int) {
        for cut in [Cut.middle, .end] {
            let result = cut.cut("日本語日本語", to: width)
            #expect(TextWidth.of(result) == min(width, 12))
        }
        #expect(Cut.end.cut("日本語", to: 4) == "日 …")
    }

    @Test("Columns flow where they would be cut")
    func flow() {
        let name = StyledText("at min ISR   ", .muted)
        let text = name + StyledText("107   one more loss") + StyledText(" stops", .match)
        let lines = text.flowed(to: 14)
        #expect(lines.allSatisfy { $0.width() <= 14 })
        #expect(lines.map(\.plain).joined().filter { $0 != " " } == text.plain.filter { $0 != " " })
        #expect(lines.dropFirst().allSatisfy { $0.plain.hasPrefix("  ") })
        let styles = lines.flatMap(\.spans).filter { $0.text.contains { $0 != " " } }
        #expect(styles.first?.style == Style(.muted) && styles.last?.style == Style(.match))
        #expect(styles.last?.text.contains("stops") == true)
        #expect(text.flowed(to: 60) == [text])
    }

    @Test("Sentences break at blanks")
    func wrap() {
        #expect(Wrap.lines("one two three", width: 7) == ["one two", "three"])
        #expect(Wrap.lines("abcdefghij k", width: 4) == ["abcd", "efgh", "ij k"])
        #expect(Wrap.lines("a\n\nb", width: 4) == ["a", "", "b"])
        #expect(Wrap.lines("日本語", width: 5) == ["日本", "語"])
    }
}
