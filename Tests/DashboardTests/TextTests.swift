import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Filters, places to seek, JSON, configuration values.
@Suite struct TextTests {
    @Test func filtersUnderstandTheirGrammar() {
        func matches(_ filter: String, _ text: String, lag: Double = 0) -> Bool {
            Filter(filter).matches(text: text) { $0 == "lag" ? .number(lag) : .unknown }
        }
        #expect(matches("pay ret", "payments-retry"))
        #expect(!matches("pay !ret", "payments-retry"))
        #expect(matches("~pmt", "payments"))
        #expect(matches("re:^pay.*s$", "payments"))
        #expect(matches("lag>1k", "x", lag: 1_001))
        #expect(!matches("lag>1k", "x", lag: 1_000))
        #expect(matches("lag<=5", "x", lag: 5))
        #expect(Filter("re:(").error != nil)
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
