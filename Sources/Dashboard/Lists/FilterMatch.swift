/// Asks objects whether they pass a filter. What is the same for all of them is made once: a pattern is compiled, a word is
/// turned into bytes, and of partitions that follow one another the topic is looked at once.
struct FilterMatch {
    /// What only the name of an object is asked.
    private enum Test {
        case word([UInt8])
        case fuzzy([UInt8])
        /// Nil is no pattern, as what is being typed often is: it hides nothing.
        case pattern(Regex<AnyRegexOutput>?)
    }

    private var named: [(test: Test, negated: Bool)] = []
    private var valued: [Filter.Term] = []
    private var lowered = LoweredText()
    private var last: (text: String, passes: Bool)?

    init(_ filter: Filter) {
        for term in filter.terms {
            switch term.test {
            case .word(let word): named.append((.word(Array(word.utf8)), term.negated))
            case .fuzzy(let word): named.append((.fuzzy(Array(word.utf8)), term.negated))
            case .pattern(let pattern): named.append((.pattern(try? Regex(pattern)), term.negated))
            case .column, .compare: valued.append(term)
            }
        }
    }

    /// Whether an object passes: `text` is what it is called, `value` its cells by column.
    mutating func passes(text: String, value: (String) -> SortValue) -> Bool {
        passes(text) && valued.allSatisfy { holds($0.test, value) != $0.negated }
    }

    private mutating func passes(_ text: String) -> Bool {
        if let last, last.text == text { return last.passes }
        lowered.set(text)
        let passes = named.allSatisfy { holds($0.test, text) != $0.negated }
        last = (text, passes)
        return passes
    }

    private func holds(_ test: Test, _ text: String) -> Bool {
        switch test {
        case .word(let word): lowered.contains(word)
        case .fuzzy(let letters): lowered.contains(inOrder: letters)
        case .pattern(let pattern): pattern.map { text.firstMatch(of: $0) != nil } ?? true
        }
    }

    private func holds(_ test: Filter.Test, _ value: (String) -> SortValue) -> Bool {
        switch test {
        case .column(let column, let wanted):
            switch value(column) {
            case .text(let text): return LoweredText(text).contains(LoweredText(wanted).bytes)
            case .number(let number): return Filter.number(wanted) == number
            case .unknown: return wanted == "?"
            }
        case .compare(let column, let comparison, let limit):
            guard case .number(let number) = value(column) else { return false }
            switch comparison {
            case .above: return number > limit
            case .below: return number < limit
            case .atLeast: return number >= limit
            case .atMost: return number <= limit
            case .equal: return number == limit
            }
        case .word, .fuzzy, .pattern: return true
        }
    }
}
