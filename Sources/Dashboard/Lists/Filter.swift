import TerminalUI

/// The filter grammar of `/`: words, `!not`, `~fuzzy`, `re:…`, `col:value`, `col>1000`. All terms must hold.
package struct Filter: Sendable, Equatable {
    /// One term.
    package enum Test: Sendable, Equatable {
        case word(String)
        case fuzzy(String)
        case pattern(String)
        case column(String, String)
        case compare(String, Comparison, Double)
    }

    /// How a number is compared.
    package enum Comparison: String, Sendable, CaseIterable {
        case atLeast = ">="
        case atMost = "<="
        case above = ">"
        case below = "<"
        case equal = "="
    }

    /// A term, negated or not.
    package struct Term: Sendable, Equatable {
        package var test: Test
        package var negated: Bool
    }

    /// The terms.
    package let terms: [Term]
    /// What is wrong with the text, in words; nil when it is understood.
    package let error: String?

    /// Reads a filter as typed.
    package init(_ text: String) {
        var terms: [Term] = []
        var error: String?
        for word in text.split(separator: " ") {
            let negated = word.hasPrefix("!") && word.count > 1
            let body = String(negated ? word.dropFirst() : word)
            let test = Self.test(body)
            if case .pattern(let pattern) = test, (try? Regex(pattern)) == nil {
                error = "not a regular expression: \(pattern)"
            }
            terms.append(Term(test: test, negated: negated))
        }
        self.terms = terms
        self.error = error
    }

    private static func test(_ text: String) -> Test {
        if text.hasPrefix("re:") { return .pattern(String(text.dropFirst(3))) }
        if text.hasPrefix("~"), text.count > 1 { return .fuzzy(String(text.dropFirst()).lowercased()) }
        for comparison in Comparison.allCases {
            guard let range = text.firstRange(of: comparison.rawValue), range.lowerBound > text.startIndex else {
                continue
            }
            if let number = number(String(text[range.upperBound...])) {
                return .compare(String(text[..<range.lowerBound]).lowercased(), comparison, number)
            }
        }
        if let colon = text.firstIndex(of: ":"), colon > text.startIndex {
            return .column(String(text[..<colon]).lowercased(), String(text[text.index(after: colon)...]))
        }
        return .word(text.lowercased())
    }

    private static let units: [(name: String, factor: Double)] = [
        ("kib", 1_024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("tib", 1_099_511_627_776), ("ms", 1e-3),
        ("min", 60), ("k", 1e3), ("m", 60), ("g", 1e9), ("b", 1), ("s", 1), ("h", 3_600), ("d", 86_400),
    ]

    /// A number, with its unit if it has one, as screens write them: counts in k, M or G, sizes in B, KiB, MiB, GiB or TiB,
    /// durations in ms, s, m, min, h or d, which are seconds. Only M and m are two things.
    static func number(_ text: String) -> Double? {
        if text.hasSuffix("M"), text.first?.isLetter == false { return Double(text.dropLast()).map { $0 * 1e6 } }
        let text = text.lowercased()
        for (unit, factor) in units where text.hasSuffix(unit) {
            // `inf` and `nan` are numbers to Swift.
            guard text.first?.isLetter == false else { return nil }
            return Double(text.dropLast(unit.count)).map { $0 * factor }
        }
        return text.first?.isLetter == true ? nil : Double(text)
    }

    /// The number in a cell, as `3.2 MiB` or `1,204`; nil when it holds none.
    static func number(inCell text: String) -> Double? {
        let parts = text.filter { $0 != "," && $0 != "~" }.split(separator: " ")
        guard parts.count == 1 || parts.count == 2 && parts[1].first?.isLetter == true else { return nil }
        return number(parts.joined())
    }

    /// What a text asks for that a list cannot answer, which would hide every row; nil when nothing is wrong.
    ///
    /// - Parameter answers: whether rows can be asked for something that is no column.
    static func complaint(_ text: String, _ columns: [TableColumn], answers: (String) -> Bool) -> String? {
        let named = columns.filter { !$0.title.isEmpty }
        guard !named.isEmpty else { return nil }
        for word in text.split(separator: " ") {
            let term = word.hasPrefix("!") ? word.dropFirst() : word
            guard !term.hasPrefix("re:"), !term.hasPrefix("~"), term.first?.isLetter == true,
                let sign = term.firstIndex(where: { "<>=:".contains($0) })
            else { continue }
            let name = term[..<sign].lowercased()
            let isColumn = columns.contains { $0.id.lowercased() == name || $0.title.lowercased() == name }
            guard isColumn || answers(name) else {
                return "no column \(name): \(named.map(\.id).joined(separator: ", "))"
            }
            let operand = term[sign...].drop { "<>=".contains($0) }
            if term[sign] != ":", !operand.isEmpty, number(String(operand)) == nil {
                return "not a number: \(operand); words are looked for by \(name):\(operand)"
            }
        }
        return nil
    }

    /// Words to be shown as matches.
    package var matchWords: [String] {
        terms.compactMap { term in
            if case .word(let word) = term.test, !term.negated { word } else { nil }
        }
    }
}
