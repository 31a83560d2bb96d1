import KafkaProtocol
import Properties
import TerminalUI
import Testing

@testable import Dashboard

/// What is hidden of messages: where, how, and that it does not come out by another way.
@Suite struct MaskingTests {
    private func hide(_ value: String, _ steps: Masking.Step...) -> String? {
        let mask = TopicMask(rules: ["r"], key: [], value: steps)
        return mask.masked(MessageTests.message(value)).value.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        (#"{"a":1,"b":2,"c":3}"#, "a", #"{"b":2,"c":3}"#), (#"{"a":1,"b":2,"c":3}"#, "b", #"{"a":1,"c":3}"#),
        (#"{"a":1,"b":2,"c":3}"#, "c", #"{"a":1,"b":2}"#), (#"{"a":1,"b":2,"c":3}"#, "a,b,c", "{}"),
        (#"{"a":1,"b":2,"c":3}"#, "b,c", #"{"a":1}"#), (#"{"a":1,"b":2,"c":3}"#, "a,c", #"{"b":2}"#),
        (#"{ "a" : 1 , "b" : 2 }"#, "b", #"{ "a" : 1  }"#), (#"{ "a" : 1 , "b" : 2 }"#, "a", #"{  "b" : 2 }"#),
        (#"{"u":{"a":1},"a":[{"a":2}]}"#, "a", #"{"u":{}}"#),
        (#"{"u":{"a":1,"x":5},"a":7}"#, "u.a", #"{"u":{"x":5},"a":7}"#),
        (#"[{"a":1},{"b":[{"a":2,"c":3}]}]"#, "a", #"[{},{"b":[{"c":3}]}]"#), (#"{"U":{"A":1}}"#, "u.a", #"{"U":{}}"#),
        (#"{"\u0061":1,"b":2}"#, "a", #"{"b":2}"#), (#"{"a":"x,\"}","b":2}"#, "a", #"{"b":2}"#),
        (#"{"x.a":1,"ba":2}"#, "a", #"{"ba":2}"#), (#"{"b":2}"#, "a", #"{"b":2}"#), ("[1,2]", "a", "[1,2]"),
        (#"{"a":1,"a":2,"b":3}"#, "a", #"{"b":3}"#), (#"{"u":{"a":1}}"#, "u,a", "{}"),
    ])
    func fieldsAreRemoved(_ value: String, _ fields: String, _ expected: String) {
        let names = fields.split(separator: ",").map(String.init)
        #expect(hide(value, Masking.Step(.remove, fields: names)) == expected)
        // What is left is JSON, and of the fields nothing.
        #expect(JSONReader.problem(in: Array(expected.utf8)) == nil)
    }

    @Test(arguments: [
        (#"{"a":"Ann Lee, 42"}"#, #"{"a":"Xxx Xxx- nn"}"#), (#"{"a":-12.5,"b":1}"#, #"{"a":"-nn-n","b":1}"#),
        (#"{"a":true}"#, #"{"a":"***"}"#), (#"{"a":null}"#, #"{"a":null}"#), (#"{"a":["Ann"]}"#, #"{"a":"***"}"#),
        (#"{"a":{"b":"Ann"}}"#, #"{"a":"***"}"#), (#"{"a":"\u00c9t\u00e9\n\"q\""}"#, #"{"a":"Xxx\n-x-"}"#),
        (#"{"a":"日本 🎉"}"#, #"{"a":"xx -"}"#), (#"{"a":""}"#, #"{"a":""}"#),
    ])
    func onlyTheShapeOfAFieldIsKept(_ value: String, _ expected: String) {
        #expect(hide(value, Masking.Step(.mask, fields: ["a"])) == expected)
    }

    @Test func stepsAreTakenTogether() {
        let steps = [
            Masking.Step(.remove, fields: ["a"]), Masking.Step(.replace, fields: ["b", "c"]),
            Masking.Step(.mask, fields: ["d"]),
        ]
        let mask = TopicMask(rules: ["r"], key: [], value: steps)
        let message = MessageTests.message(#"{"a":1,"b":[2],"c":"x","d":"Dd","e":5}"#)
        #expect(
            mask.masked(message).value == Array(#"{"b":"***","c":"***","d":"Xx","e":5}"#.utf8))
    }

    @Test func wholeValuesAreHidden() {
        let value = #"{"a":"Ann"} 7"#
        #expect(hide(value, Masking.Step(.replace)) == "***")
        #expect(hide(value, Masking.Step(.remove)) == "")
        #expect(hide(value, Masking.Step(.mask)) == "--x---Xxx-- n")
        #expect(hide("a", Masking.Step(.mask, fields: ["a"]), Masking.Step(.replace)) == "***", "the whole wins")
    }

    /// Nobody knows where the fields of something else are.
    @Test(arguments: [
        #"{"a":"Ann""#, #"{"a":"Ann"}{"a":"Ann"}"#, "a=Ann", #""Ann""#, #"{'a':'Ann'}"#, "42",
        String(repeating: "[", count: 200) + #""Ann""# + String(repeating: "]", count: 200),
    ])
    func whatIsNoJSONIsHiddenWhole(_ value: String) {
        #expect(hide(value, Masking.Step(.replace, fields: ["a"])) == "***")
        #expect(hide(value, Masking.Step(.remove, fields: ["a"])) == "")
        #expect(hide(value, Masking.Step(.mask, fields: ["a"]))?.contains("Ann") == false)
    }

    /// JSON that stands as text in a field, as many write events into each other.
    @Test(arguments: [
        (#"{"p":"{\"a\":\"Ann\",\"b\":1}"}"#, "a", #"{"p":"{\"a\":\"***\",\"b\":1}"}"#),
        (#"{"p":"{\"u\":{\"a\":1},\"a\":2}"}"#, "p.u.a", #"{"p":"{\"u\":{\"a\":\"***\"},\"a\":2}"}"#),
        (#"{"p":["{\"a\":1}","x"]}"#, "a", #"{"p":["{\"a\":\"***\"}","x"]}"#),
        (#"["{\"a\":1}"]"#, "a", #"["{\"a\":\"***\"}"]"#),
        (#"{"p":"{\"q\":\"{\\\"a\\\":1}\"}"}"#, "a", #"{"p":"{\"q\":\"{\\\"a\\\":\\\"***\\\"}\"}"}"#),
        (#"{"p":"{\"b\":1}"}"#, "a", #"{"p":"{\"b\":1}"}"#),
        (#"{"p":" [1]","n":"a text"}"#, "a", #"{"p":" [1]","n":"a text"}"#),
        (#"{"p":"{\"a\":\"Ann"}"#, "a", #"{"p":"***"}"#),
    ])
    func jsonWithinTextsIsLookedInto(_ value: String, _ field: String, _ expected: String) {
        #expect(hide(value, Masking.Step(.replace, fields: [field])) == expected)
        #expect(JSONReader.problem(in: Array(expected.utf8)) == nil)
    }

    /// `DashboardLimits.maskedNesting`: what is deeper is hidden whole.
    @Test func textsWithinTextsHaveAnEnd() {
        func nested(_ depth: Int) -> String {
            (0..<depth).reduce(#"{"a":"Ann"}"#) { text, _ in "{\"p\":\(JSONText.quoted(text))}" }
        }
        let inside = hide(nested(DashboardLimits.maskedNesting), Masking.Step(.mask, fields: ["a"])) ?? ""
        #expect(inside.contains("Xxx") && !inside.contains("Ann"))
        let deeper = hide(nested(DashboardLimits.maskedNesting + 1), Masking.Step(.mask, fields: ["a"])) ?? ""
        #expect(deeper.contains("***") && !deeper.contains("Ann") && !deeper.contains("Xxx"))
    }

    @Test func headersAreHiddenByTheirNames() {
        let headers = [("Authorization", "Bearer 7"), ("trace", "t1"), ("cookie", "c")].map {
            RecordHeader(key: $0.0, value: Array($0.1.utf8))
        }
        func masked(_ steps: Masking.Step...) -> ReadMessage {
            TopicMask(rules: ["r"], key: [], value: [], headers: steps).masked(
                MessageTests.message("v", headers: headers))
        }
        let some = masked(Masking.Step(.mask, fields: ["authorization"]), Masking.Step(.remove, fields: ["cookie"]))
        #expect(some.headers.map(\.key) == ["Authorization", "trace"] && some.maskedBy == ["r"])
        #expect(some.headers.map { $0.value.map { String(decoding: $0, as: UTF8.self) } } == ["Xxxxxx n", "t1"])
        #expect(masked(Masking.Step(.remove)).headers.isEmpty)
        #expect(masked(Masking.Step(.replace)).headers.allSatisfy { $0.value == Array("***".utf8) })
        #expect(masked(Masking.Step(.replace, fields: ["other"])).maskedBy.isEmpty)
    }

    @Test func messagePackIsMaskedAsItIsShown() {
        // {"a":1,"b":[true,null]}
        var message = MessageTests.message(nil)
        message.value = [0x82, 0xA1, 0x61, 0x01, 0xA1, 0x62, 0x92, 0xC3, 0xC0]
        let masked = TopicMask(rules: ["r"], key: [], value: [Masking.Step(.remove, fields: ["a"])]).masked(message)
        for format in [PayloadFormat.automatic, .messagepack, .hex, .json] {
            #expect(Payload.line(masked.value, format, masked, isKey: false).plain == #"{"b":[true,null]}"#)
        }
        message.value = [0xFF, 0xFE]
        let whole = TopicMask(rules: ["r"], key: [], value: [Masking.Step(.mask)]).masked(message)
        #expect(whole.value == Array("***".utf8))
    }

    @Test func nothingIsNothingAndWhatIsNotHiddenIsNotMarked() {
        let mask = TopicMask(rules: ["r"], key: [Masking.Step(.replace)], value: [Masking.Step(.remove, fields: ["a"])])
        #expect(mask.masked(MessageTests.message(nil, key: nil)).maskedBy.isEmpty)
        #expect(mask.masked(MessageTests.message(#"{"b":1}"#, key: nil)).maskedBy.isEmpty)
        #expect(mask.masked(MessageTests.message(nil)).maskedBy == ["r"])
        let empty = MessageTests.message("", key: "")
        #expect(mask.masked(empty) == empty)
    }

    @Test(arguments: [
        ("orders", "orders", true), ("orders", "order", false), ("order", "orders", false), ("*", "anything", true),
        ("orders-*", "orders-eu", true), ("orders-*", "orders", false), ("*-pii", "a-pii", true),
        ("*-pii", "a-pii-b", false), ("a*b*c", "aXbYc", true), ("a*b*c", "abc", true), ("a*b*c", "acb", false),
        ("a*a", "a", false), ("**", "x", true), ("*.eu.*", "x.eu.y", true),
    ])
    func topicsAreNamedWithStars(_ pattern: String, _ topic: String, _ expected: Bool) {
        let rule = Masking.Rule(name: "r", topics: ["none", pattern], value: [Masking.Step(.replace)])
        #expect((Masking([rule]).of(topic) != nil) == expected)
    }

    @Test func rulesAddUp() {
        let masking = Masking([
            Masking.Rule(name: "one", topics: ["a*"], value: [Masking.Step(.remove, fields: ["x"])]),
            Masking.Rule(name: "two", topics: ["ab"], key: [Masking.Step(.replace)]),
            Masking.Rule(name: "none", topics: ["*"]),
        ])
        #expect(masking.of("ab")?.rules == ["one", "two"])
        #expect(masking.of("ac")?.rules == ["one"] && masking.of("b") == nil)
    }
}

/// That what is hidden does not come out by another way.
@Suite struct MaskedScreenTests {
    private static let secret = "s3cr3t"

    /// Screen 6 with messages of orders as the reader gives them: key and two fields are hidden.
    private func model(width: Int = 120, height: Int = 34) -> Model {
        var model = Fixture.model(Fixture.healthy(), .messages, width: width, height: height)
        let rule = Masking.Rule(
            name: "people", topics: ["orders"], key: [Masking.Step(.replace)],
            value: [Masking.Step(.mask, fields: ["email"]), Masking.Step(.replace, fields: ["card"])])
        model.cluster.masking = Masking([rule])
        _ = MessageMoves.begin(topics: ["orders"], from: .end, &model)
        let number = model.messages.request?.number ?? 0
        let messages = (0..<5).map { n in
            MessageTests.message(
                #"{"id":\#(n),"user":{"name":"Ann","email":"\#(Self.secret)@x.org"},"card":"\#(Self.secret)"}"#,
                key: Self.secret, offset: Offset(100 + n), at: Fixture.healthyAt - Int64(n) * 1_000, topic: "orders")
        }
        let mask = model.cluster.masking.of("orders")
        let update = ReadUpdate(reading: number, messages: messages.compactMap { mask?.masked($0) })
        _ = Update.update(&model, .messages(update))
        return model
    }

    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func type(_ text: String, _ model: inout Model) -> [Command] {
        press(text.map { .character($0) }, &model)
    }

    private func frame(_ model: Model) -> String { View.view(model).lines.joined(separator: "\n") }

    @Test func theListSaysThatItIsMasked() throws {
        try Golden.hold(model(), as: "6.6")
        #expect(View.view(model(width: 80, height: 24)).lines[2].contains("masked"))
    }

    @Test func theDetailsSayWhatMaskedThem() throws {
        var model = model()
        _ = press([.enter], &model)
        try Golden.hold(model, as: "6.7")
    }

    @Test func noFormatAndNoStyleShowsIt() {
        var model = model()
        for _ in PayloadFormat.allCases {
            _ = type("b", &model)
            #expect(!frame(model).contains(Self.secret) && frame(model).contains("xnxxnx-x-xxx"))
            _ = press([.enter], &model)
            for _ in MessagePopup.Style.allCases {
                #expect(!frame(model).contains(Self.secret))
                _ = press([.tab], &model)
            }
            _ = press([.escape], &model)
        }
        _ = type("format key hex", &model)
        #expect(!frame(model).contains(Payload.hex(Array(Self.secret.utf8))))
    }

    @Test func noFileAndNoClipboardHasIt() {
        var model = model()
        for letter in "yvkjc" {
            let copied = type("y\(letter)", &model).map { "\($0)" }.joined()
            #expect(!copied.isEmpty && !copied.contains(Self.secret), "\(letter)")
        }
        #expect(type("yy", &model).map { "\($0)" }.joined().contains("xnxxnx-x-xxx"))
        for name in ["a.ndjson", "a.csv", "a"] {
            let all = String(decoding: Export.contents(model, to: name), as: UTF8.self)
            #expect(all.contains("xnxxnx-x-xxx") && !all.contains(Self.secret), "\(name)")
            let one = String(
                decoding: Export.contents(of: model.messages.kept[0], model, to: name), as: UTF8.self)
            #expect(one.contains("xnxxnx-x-xxx") && !one.contains(Self.secret), "\(name)")
        }
        _ = press([.enter], &model)
        #expect(!type("yy", &model).map { "\($0)" }.joined().contains(Self.secret))
    }

    @Test func noColumnHasIt() {
        var model = model()
        _ = type("e", &model) + type("user.email card id", &model) + press([.enter], &model)
        #expect(frame(model).contains("USER.EMAIL") && frame(model).contains("xnxxnx-x-xxx"))
        #expect(!frame(model).contains(Self.secret))
    }

    /// Whether something is found would tell what it is.
    @Test(arguments: [
        "s3cr3t", "key:s3cr3t", "key == s3cr3t", "value.card == s3cr3t", "user.email:s3cr3t", "re:s3cr.t",
        "value:re:s[0-9]c", "key.x:s",
    ])
    func noFilterFindsIt(_ filter: String) {
        let matcher = MessageMatcher(MessageFilter(filter, now: 0, zone: .utc))
        for message in model().messages.kept { #expect(matcher.outcome(message) != .match) }
        let other = MessageMatcher(MessageFilter("value.id >= 0 && user.name == Ann", now: 0, zone: .utc))
        for message in model().messages.kept { #expect(other.outcome(message) == .match) }
    }

    @Test func itIsNotProducedAgain() {
        var model = model()
        _ = press([.enter, .character("P")], &model)
        if case .form = model.popup { Issue.record("it is copied into a form") }
        #expect(model.flash?.text.contains("not copied: it is masked by people") == true)
    }
}

/// How masks are set, and what is said about the rest.
@Suite struct MaskSettingsTests {
    private func read(_ text: String) throws -> Settings {
        Settings(try Properties(parsing: text, file: "klamm.properties"))
    }

    @Test func rulesAreRead() throws {
        let settings = try read(
            """
            cluster.prod.bootstrap.servers = k:9092
            cluster.prod.mask.people.topics = customers, orders-*
            cluster.prod.mask.people.value = mask email, phone; replace card.number ; REMOVE notes
            cluster.prod.mask.people.key = replace
            cluster.bundled.mask.all.value = remove x
            cluster.bundled.mask.all.topics = *
            """)
        #expect(settings.warnings.isEmpty, "\(settings.warnings)")
        let steps = [
            Masking.Step(.mask, fields: ["email", "phone"]), Masking.Step(.replace, fields: ["card.number"]),
            Masking.Step(.remove, fields: ["notes"]),
        ]
        #expect(
            settings.cluster("prod")?.masking.rules == [
                Masking.Rule(
                    name: "people", topics: ["customers", "orders-*"], key: [Masking.Step(.replace)], value: steps)
            ])
        #expect(settings.cluster("bundled")?.masking.of("anything")?.rules == ["all"])
        #expect(Settings().cluster("bundled") == nil)
    }

    @Test func headersAndPatternsAreRead() throws {
        let settings = try read(
            """
            cluster.a.mask.r.topics = re:^pay, !payments-test, !re:-public$
            cluster.a.mask.r.headers = replace Authorization; remove
            cluster.b.mask.r.topics = re:(
            cluster.b.mask.r.headers = mask
            cluster.c.mask.r.topics = !open
            cluster.c.mask.r.key = replace
            """)
        #expect(settings.warnings.map(\.line) == [3], "\(settings.warnings)")
        func mask(_ cluster: String, _ topic: String) -> TopicMask? { settings.cluster(cluster)?.masking.of(topic) }
        #expect(
            mask("a", "payments")?.headers == [
                Masking.Step(.replace, fields: ["Authorization"]), Masking.Step(.remove),
            ])
        for topic in ["orders", "payments-test", "pay-public", "repay"] { #expect(mask("a", topic) == nil, "\(topic)") }
        #expect(mask("b", "anything")?.headers == [Masking.Step(.mask)], "what is no pattern covers all topics")
        #expect(mask("c", "open") == nil && mask("c", "other") != nil, "only what is left out is told")
    }

    /// Each mistake has its line, and what it may have meant is hidden.
    @Test func mistakesWarnWithTheirLineAndHideMore() throws {
        let settings = try read(
            """
            cluster.a.mask.r.topics = t
            cluster.a.mask.r.value = hide email
            cluster.b.mask.r.topics = ^t$
            cluster.b.mask.r.value = mask email
            cluster.c.mask.r.topics =
            cluster.c.mask.r.key = replace
            cluster.d.mask.r.topics = t
            cluster.d.mask.r.vlaue = mask email
            cluster.e.mask.r.value = mask email
            cluster.f.mask = email
            cluster.g.mask.r = email
            cluster.h.mask.r.value = mask email;
            cluster.h.mask.r.topics = t
            cluster.i.mask.r.topics = t
            cluster.j.mask.r.topics = t
            cluster.j.mask.r.value =
            """)
        let whole = [Masking.Step(.replace)]
        func mask(_ cluster: String, _ topic: String = "t") -> TopicMask? {
            settings.cluster(cluster)?.masking.of(topic)
        }
        #expect(mask("a")?.value == whole && mask("a", "other") == nil)
        #expect(mask("b", "other")?.value == [Masking.Step(.mask, fields: ["email"])])
        #expect(mask("c", "other")?.key == whole)
        #expect(mask("d")?.headers == whole)
        #expect(mask("d")?.key == whole && mask("d")?.value == whole && mask("d", "other") == nil)
        #expect(mask("e", "other")?.value == [Masking.Step(.mask, fields: ["email"])])
        #expect(mask("f", "other")?.value == whole && mask("g", "other")?.key == whole)
        #expect(mask("h")?.value == [Masking.Step(.mask, fields: ["email"])], "a step that is empty is none")
        #expect(mask("i") == nil && mask("j")?.value == whole)
        let lines = Set(settings.warnings.map(\.line))
        #expect(lines == [2, 3, 5, 8, 9, 10, 11, 14, 16], "\(settings.warnings)")
        func warning(_ line: Int) -> String { settings.warnings.first { $0.line == line }?.description ?? "" }
        #expect(warning(2).contains("must be one of remove, replace, mask") && warning(2).contains("`hide email`"))
        #expect(warning(3).contains("the rule covers all topics") && warning(8).contains("all of them are hidden"))
        #expect(warning(9).contains("`cluster.e.mask.r.topics` is missing"))
        #expect(warning(14).contains("`cluster.i.mask.r` hides nothing"))
    }
}
