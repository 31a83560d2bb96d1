import KafkaProtocol
import TerminalUI

/// The filter of screen 6. Terms side by side must all hold; `&&` `||` `!` and brackets combine them.
///
/// A plain word is looked for in key, value and headers, case ignored; `"two words"` keeps blanks together. `key:` `value:`
/// `header.NAME:` `value.path:` `topic:` look into one part, `p:3,5` chooses partitions, `re:` takes a regular
/// expression. `==` `!=` `<` `<=` `>` `>=` compare `p` `offset` `time` `size` `key` `value`, a header, or a field of a JSON
/// value: `value.user.id == 42`, or just `user.id == 42`. `value == null` finds tombstones: key, value and headers without
/// quotes compared with null are asked whether they are there.
package struct MessageFilter: Sendable, Equatable {
    /// A part of a message.
    package enum Field: Sendable, Equatable {
        case key, value, topic, partition, offset, time, size
        case header(String)
        /// A field of a JSON value.
        case path([String])
        /// A field of a JSON key.
        case keyPath([String])
    }

    /// How two values are compared.
    package enum Comparison: String, Sendable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case atLeast = ">="
        case atMost = "<="
        case above = ">"
        case below = "<"
    }

    /// One test.
    package enum Test: Sendable, Equatable {
        /// In key, value or headers, case ignored.
        case word(String)
        /// Whether key, value or header is missing, which an empty one is not.
        case absent(Field, Bool)
        /// A regular expression on a part, or on key and value.
        case pattern(String, Field?)
        /// A part contains a text, case ignored; numbers are equal to one of a list.
        case contains(Field, String)
        case compare(Field, Comparison, String)
    }

    /// Tests put together.
    package indirect enum Expression: Sendable, Equatable {
        case test(Test)
        case not(Expression)
        case all([Expression])
        case any([Expression])
    }

    /// The filter as typed.
    package let text: String
    /// What has to hold; nil lets everything pass.
    package let expression: Expression?
    /// What is wrong with the text, in words; nil when it is understood.
    package let error: String?

    /// Reads a filter as typed; times are local and ages count from `now`.
    package init(_ text: String, now: Timestamp, zone: LocalZone) {
        self.text = text
        var parser = MessageFilterParser(text, now: now, zone: zone)
        do throws(MessageFilterParser.Problem) {
            expression = try parser.parse()
            error = nil
        } catch {
            expression = nil
            self.error = error.text
        }
    }

    /// What a person may type, with what it means, in the order of use.
    static let forms = [
        ("word  \"two words\"", "in key, value, headers; any case"),
        ("value:v key:k", "in that part; header.NAME:v too"),
        ("value.user.id:12", "in a field of JSON: 12, 112, 120"),
        ("user.id == 12", "exactly; also != < <= > >="),
        ("p:0,3 offset>=100", "partitions, offsets; size>1000"),
        ("time>15m ago", "also 12:04:29, 2026-11-22"),
        ("value == null", "tombstones; key, header.NAME too"),
        ("re:^a.*z$", "a pattern; key:re:… in one part"),
        ("!x a||b (a b)||c", "not, or; side by side is and"),
    ]

    /// What may have been meant where nothing was found: a field is looked into after `value.`, else `user.id:12` is text.
    var meant: String? {
        guard case .test(.word(let word))? = expression, let colon = word.firstIndex(of: ":") else { return nil }
        let (name, rest) = (word[..<colon], word[word.index(after: colon)...])
        let isName =
            name.first?.isLetter == true && name.allSatisfy { $0.isLetter || $0.isNumber || "._-".contains($0) }
        return isName && !rest.isEmpty && !rest.hasPrefix("/") ? "value.\(text)" : nil
    }

    /// Words to be shown as matches.
    package var matchWords: [String] {
        func words(_ expression: Expression) -> [String] {
            switch expression {
            case .test(.word(let word)), .test(.contains(.key, let word)), .test(.contains(.value, let word)): [word]
            case .test(.contains(.path, let word)), .test(.compare(.path, .equal, let word)): [word.lowercased()]
            case .test, .not: []
            case .all(let all), .any(let all): all.flatMap(words)
            }
        }
        return expression.map(words) ?? []
    }
}

/// Reads the grammar of message filters.
struct MessageFilterParser {
    /// Why a filter cannot be used.
    struct Problem: Error {
        var text: String
    }

    private var rest: Substring
    private let now: Timestamp
    private let zone: LocalZone

    init(_ text: String, now: Timestamp, zone: LocalZone) {
        rest = text[...]
        self.now = now
        self.zone = zone
    }

    mutating func parse() throws(Problem) -> MessageFilter.Expression? {
        blanks()
        if rest.isEmpty { return nil }
        let expression = try either(depth: 0)
        guard rest.isEmpty else { throw Problem(text: "a bracket closes nothing") }
        return expression
    }

    private mutating func blanks() { rest = rest.drop { $0 == " " } }

    private mutating func take(_ text: String) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    private mutating func either(depth: Int) throws(Problem) -> MessageFilter.Expression {
        guard depth <= DashboardLimits.filterNesting else { throw Problem(text: "nested too deep") }
        var parts = [try both(depth: depth)]
        while take("||") { parts.append(try both(depth: depth)) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func both(depth: Int) throws(Problem) -> MessageFilter.Expression {
        var parts: [MessageFilter.Expression] = []
        while true {
            blanks()
            if take("&&") {
                if parts.isEmpty { throw Problem(text: "something is missing before &&") }
                blanks()
                if rest.isEmpty || rest.hasPrefix(")") || rest.hasPrefix("||") {
                    throw Problem(text: "something is missing after &&")
                }
            }
            if rest.isEmpty || rest.hasPrefix(")") || rest.hasPrefix("||") { break }
            parts.append(try single(depth: depth))
        }
        guard let first = parts.first else { throw Problem(text: "something is missing at the end") }
        return parts.count == 1 ? first : .all(parts)
    }

    private mutating func single(depth: Int) throws(Problem) -> MessageFilter.Expression {
        if rest.hasPrefix("!"), rest.count > 1, !rest.hasPrefix("!=") {
            guard depth < DashboardLimits.filterNesting else { throw Problem(text: "nested too deep") }
            rest = rest.dropFirst()
            blanks()
            return .not(try single(depth: depth + 1))
        }
        if take("(") {
            let inner = try either(depth: depth + 1)
            guard take(")") else { throw Problem(text: "a bracket is not closed") }
            blanks()
            return inner
        }
        return .test(try test())
    }

    private mutating func test() throws(Problem) -> MessageFilter.Test {
        if take("re:") { return .pattern(try pattern(try word()), nil) }
        if rest.hasPrefix("\"") { return .word(try word().lowercased()) }
        let name = String(rest.prefix { $0.isLetter || $0.isNumber || "._-".contains($0) })
        let after = rest.dropFirst(name.count)
        if after.hasPrefix(":"), let field = known(name) {
            rest = after.dropFirst()
            if take("re:") { return .pattern(try pattern(try word()), field) }
            return .contains(field, try word().lowercased())
        }
        let operatorText = after.drop { $0 == " " }
        for comparison in MessageFilter.Comparison.allCases + [.equal] where !name.isEmpty {
            let sign =
                operatorText.hasPrefix(comparison.rawValue)
                ? comparison.rawValue : comparison == .equal && operatorText.hasPrefix("=") ? "=" : nil
            guard let sign, let field = known(name) ?? bare(name) else { continue }
            rest = operatorText.dropFirst(sign.count)
            blanks()
            if let isAbsent = takeNull(field, comparison) { return .absent(field, isAbsent) }
            return .compare(field, comparison, try operand(field))
        }
        return .word(try word().lowercased())
    }

    /// Whether a part is to be missing, where it is compared with `null`; nil where it is with something else.
    private mutating func takeNull(_ field: MessageFilter.Field, _ comparison: MessageFilter.Comparison) -> Bool? {
        switch field {
        case .key, .value, .header: break
        default: return nil
        }
        guard [.equal, .notEqual].contains(comparison), rest.prefix(while: { $0 != " " && $0 != ")" }) == "null" else {
            return nil
        }
        rest = rest.dropFirst(4)
        return comparison == .equal
    }

    /// What is compared with: a moment for `time`, a size with its unit, else as typed.
    private mutating func operand(_ field: MessageFilter.Field) throws(Problem) -> String {
        var text = try word()
        switch field {
        case .time:
            let left = rest.drop { $0 == " " }
            if left.hasPrefix("ago") {
                rest = left.dropFirst(3)
                text += " ago"
            }
            if let back = SeekText.ago(text) { return String(now - back) }
            if let at = SeekText.clock(text.lowercased(), now: now, zone: zone) ?? Int64(text) { return String(at) }
            throw Problem(text: "not a time: \(text)")
        case .offset, .partition, .size:
            guard let number = Filter.number(text) else { throw Problem(text: "not a number: \(text)") }
            return String(number)
        default: return text
        }
    }

    private func pattern(_ text: String) throws(Problem) -> String {
        if (try? Regex(text)) == nil { throw Problem(text: "not a regular expression: \(text)") }
        return text
    }

    /// A word up to a blank or a bracket that closes; in quotes also with those.
    private mutating func word() throws(Problem) -> String {
        if take("\"") {
            guard let end = rest.firstIndex(of: "\"") else { throw Problem(text: "a quote is not closed") }
            let text = String(rest[..<end])
            rest = rest[rest.index(after: end)...]
            return text
        }
        let word = rest.prefix { $0 != " " && $0 != ")" }
        guard !word.isEmpty else { throw Problem(text: "something is missing at the end") }
        rest = rest.dropFirst(word.count)
        return String(word)
    }

    private func known(_ name: String) -> MessageFilter.Field? {
        switch name.lowercased() {
        case "key": return .key
        case "value": return .value
        case "topic": return .topic
        case "p", "partition": return .partition
        case "offset": return .offset
        case "time": return .time
        case "size": return .size
        default: break
        }
        for (prefix, make) in [
            ("header.", { MessageFilter.Field.header($0) }), ("value.", { .path(Self.path($0)) }),
            ("key.", { .keyPath(Self.path($0)) }),
        ] where name.lowercased().hasPrefix(prefix) && name.count > prefix.count {
            return make(String(name.dropFirst(prefix.count)))
        }
        return nil
    }

    private func bare(_ name: String) -> MessageFilter.Field? {
        name.first?.isLetter == true || name.first == "_" ? .path(Self.path(name)) : nil
    }

    private static func path(_ text: String) -> [String] { text.split(separator: ".").map(String.init) }
}
