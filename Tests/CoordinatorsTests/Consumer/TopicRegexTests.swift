import Testing

@testable import Coordinators

/// Regular expressions for topic names.
@Suite struct TopicRegexTests {
    static let cases: [(String, matches: [String], not: [String])] = [
        ("orders", ["orders"], ["orders2", "my-orders", "order", "Orders"]),
        ("orders-.*", ["orders-", "orders-eu"], ["orders", "x-orders-"]),
        ("^a+b?$", ["a", "aaab"], ["b", "abb", ""]),
        ("(eu|us)\\.(a|b)", ["eu.a", "us.b"], ["eu-a", "eu.c", "eu"]),
        ("[a-c_\\-\\d]+", ["a-b_1", "9"], ["d", ""]),
        ("[^a-c]{2,3}", ["xy", "xyz"], ["x", "xyzz", "xa"]),
        ("t{3}", ["ttt"], ["tt", "tttt"]),
        ("t{2,}", ["tt", "tttt"], ["t"]),
        ("a{,3}", ["a{,3}"], ["aa"]),
        ("(?i)Orders", ["orders", "ORDERS"], ["order"]),
        ("a(?i:b)c", ["abc", "aBc"], ["ABC", "abC"]),
        ("(?:x|y)*?z", ["z", "xyxz"], ["xyx"]),
        ("(?P<kind>log|event)s", ["logs", "events"], ["s"]),
        ("\\w+\\.\\w+", ["a_1.b"], ["a-1.b"]),
        ("[[:alpha:]]+[[:digit:]]", ["ab1"], ["a", "1"]),
        ("a\\b.b", ["a.b"], ["aab"]),
        ("\\Qa.b\\E+", ["a.b"], ["axb"]),
        ("a||b", ["a", "b", ""], ["ab"]),
        ("[]a]+", ["]a"], ["b"]),
        ("", [""], ["a"]),
    ]

    @Test(arguments: cases.indices) func matches(index: Int) throws {
        let (text, matching, others) = Self.cases[index]
        let regex = try TopicRegex(text)
        for name in matching { #expect(regex.matches(name), "\(text) \(name)") }
        for name in others { #expect(!regex.matches(name), "\(text) \(name)") }
    }

    @Test(arguments: [
        "(", ")", "[a", "*a", "a**", "\\", "\\q", "[b-a]", "(?<n", "(?x)", "a{5,2}", "[[:none:]]", "(a{1000}){1000}",
    ])
    func refuses(text: String) {
        #expect(throws: TopicRegex.Invalid.self) { _ = try TopicRegex(text) }
    }

    @Test func noExpressionTakesLong() throws {
        let regex = try TopicRegex("(a|a)*(a|a)*(a*)*b")
        #expect(!regex.matches(String(repeating: "a", count: 249)))
        _ = try TopicRegex("((((){1000}){1000}){1000}){1000}")
    }

    @Test func parenthesesMayBeSoDeep() throws {
        func text(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth)
        }
        #expect(try TopicRegex(text(CoordinatorLimits.regexDepth)).matches("a"))
        for depth in [CoordinatorLimits.regexDepth + 1, 500] {
            #expect(throws: TopicRegex.Invalid.self) { _ = try TopicRegex(text(depth)) }
        }
    }
}
