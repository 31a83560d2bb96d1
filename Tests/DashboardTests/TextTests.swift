import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Filters, places to seek, JSON, configuration values.
@Suite struct TextTests {
    @Test func filtersUnderstandTheirGrammar() {
        func matches(_ filter: String, _ text: String, lag: Double = 0) -> Bool {
            var match = FilterMatch(Filter(filter))
            return match.passes(text: text) { $0 == "lag" ? .number(lag) : $0 == "host" ? .text("Node-1") : .unknown }
        }
        #expect(matches("pay ret", "payments-retry"))
        #expect(!matches("pay !ret", "payments-retry"))
        #expect(matches("~pmt", "payments"))
        #expect(matches("re:^pay.*s$", "payments"))
        #expect(matches("lag>1k", "x", lag: 1_001))
        #expect(!matches("lag>1k", "x", lag: 1_000))
        #expect(matches("lag<=5", "x", lag: 5))
        #expect(Filter("re:(").error != nil)
        #expect(matches("re:(", "x") && !matches("!re:(", "x"))
        #expect(matches("PAY", "Payments") && matches("größe", "GRÖßE") && !matches("~tpm", "payments"))
        #expect(matches("host:node", "x") && !matches("host:node-2", "x") && matches("!host:node-2", "x"))
        #expect(!matches("pay lag>1", "payments", lag: 1) && matches("", "x") && matches("!lag>1", "x", lag: 1))
    }

    /// One match is asked of many objects, of which neighbours are called alike.
    @Test func whatWasAskedBeforeChangesNothing() {
        var match = FilterMatch(Filter("pay !re:old lag>1"))
        let asked: [(String, Double)] = [("pay", 2), ("pay", 1), ("pay-old", 2), ("pay-old", 2), ("x", 2), ("pay", 2)]
        let passed = asked.map { name, lag in match.passes(text: name) { _ in .number(lag) } }
        #expect(passed == [true, false, false, false, false, true])
    }

    @Test func numbersInFiltersHaveUnits() {
        let numbers: [(String, Double?)] = [
            ("3", 3), ("1.5k", 1_500), ("1.5K", 1_500), ("2M", 2e6), ("2m", 120), ("M", nil), ("1MiB", 1_048_576),
            ("64KiB", 65_536), ("2gib", 2_147_483_648),
            ("512B", 512), ("30s", 30), ("2h", 7_200), ("5min", 300), ("500ms", 0.5), ("-1", -1), ("", nil),
            ("KiB", nil), ("inf", nil), ("nan", nil), ("soon", nil), ("3x", nil),
        ]
        for (text, number) in numbers { #expect(Filter.number(text) == number, "\(text)") }
        let cells: [(String, Double?)] = [
            ("3.2 MiB", 3.2 * 1_048_576), ("1,204", 1_204), ("~19s", 19), ("12.4M", 12.4e6), ("3m", 180), ("10 m", 600),
            ("1 2 3", nil), ("7 of 9", nil), ("up", nil),
        ]
        for (text, number) in cells { #expect(Filter.number(inCell: text) == number, "\(text)") }
    }

    @Test func whatNoColumnAnswersIsSaid() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        func complaint(_ filter: String, _ place: Place = .topics) -> String? {
            var model = Fixture.model(Fixture.healthy(), place)
            model.list.filter = filter
            return Screens.list(model)?.complaint
        }
        for fine in [
            "pay", "size>1MiB", "lag>=1k rf=3", "!name:orders", "re:a>b", "~a>b", "lag>", ":", "cleanup:compact",
        ] {
            #expect(complaint(fine) == nil, "\(fine)")
        }
        #expect(complaint("pay foo>3")?.hasPrefix("no column foo: name, partitions, rf") == true)
        #expect(complaint("foo:3") != nil && complaint("topic:orders", .groups) == nil)
        #expect(complaint("size>big") == "not a number: big; words are looked for by size:big")
        for character in "/foo>3" { _ = Update.update(&model, .key(.character(character))) }
        #expect(View.view(model).lines.last?.contains("no column foo: name, partitions") == true)
        _ = Update.update(&model, .key(.enter))
        #expect(model.flash?.text.contains("no column foo") == true)
    }

    @Test func seeksUnderstandTheirForms() {
        let now = Fixture.healthyAt
        func target(_ text: String) -> SeekTarget? {
            try? SeekText.parse(text, now: now, zone: .utc).get()
        }
        #expect(target("beginning") == .beginning)
        #expect(target("end") == .end)
        #expect(target("-100") == .last(100))
        #expect(target("1135480") == .offset(1_135_480))
        #expect(target("3:7 5:9") == .partitions([3: 7, 5: 9]))
        #expect(target("15m ago") == .time(now - 900_000))
        #expect(target("12:04:26") == .time(now))
        #expect(target("2026-11-23 12:04:26") == .time(now))
        #expect(target("soon") == nil)
        #expect(target("25:99:99") == nil)
    }

    @Test func seeksMayHaveAnEnd() {
        let now = Fixture.healthyAt
        func span(_ text: String) -> ReadSpan? { try? SeekText.span(text, now: now, zone: .utc).get() }
        func why(_ text: String) -> String? {
            guard case .failure(let failure) = SeekText.span(text, now: now, zone: .utc) else { return nil }
            return failure.text
        }
        #expect(span("100") == ReadSpan(.offset(100)))
        #expect(span("100 .. 200") == ReadSpan(.offset(100), until: .offset(200)))
        #expect(span("100..200") == span("100 to 200") && span("100…200") == span("100 ... 200"))
        #expect(span("12:00:26 .. 12:04:26") == ReadSpan(.time(now - 240_000), until: .time(now)))
        #expect(span("15m ago to 5m ago") == ReadSpan(.time(now - 900_000), until: .time(now - 300_000)))
        #expect(span(".. 12:04:26") == ReadSpan(.beginning, until: .time(now)))
        #expect(span("beginning to 7") == ReadSpan(.beginning, until: .offset(7)))
        #expect(span("3:7 5:9 .. 20") == ReadSpan(.partitions([3: 7, 5: 9]), until: .offset(20)))
        #expect(span("2026-11-23 12:04:26 to 13:00") != nil)
        #expect(why("200 .. 100") == "100 is before 200")
        #expect(why("12:04 .. 12:00") == "the second time is not after the first")
        #expect(why("100 ..") == "to where: an offset or a time")
        #expect(why("100 .. soon") == "not an end: soon" && why("soon .. 100") == "not a place: soon")
        #expect(why("end .. 100") == "nothing is after the end")
    }

    @Test func jsonIsSpreadAndChecked() {
        let pretty = JSONText.pretty("{\"a\":[1,2.50],\"b\":{},\"c\":\"x\"}")?.map(\.plain)
        #expect(pretty == ["{", "  \"a\": [", "    1,", "    2.50", "  ],", "  \"b\": {},", "  \"c\": \"x\"", "}"])
        for broken in ["{", "{\"a\" 1}", "[1,]", "nope", "{]", "\"open", ""] { #expect(JSONText.pretty(broken) == nil) }
        #expect(JSONText.pretty(String(repeating: "[", count: 5_000)) == nil)
    }

    @Test func configValuesGoBothWays() {
        #expect(ConfigText.human("retention.ms", "604800000") == "7 d")
        #expect(ConfigText.raw("retention.ms", "7 d") == "604800000")
        #expect(ConfigText.raw("retention.ms", "no limit") == "-1")
        #expect(ConfigText.raw("segment.bytes", "1 GiB") == "1073741824")
        #expect(ConfigText.raw("retention.ms", "soon") == nil)
        #expect(ConfigText.raw("cleanup.policy", "compact") == "compact")
    }
}
