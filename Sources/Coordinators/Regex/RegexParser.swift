/// Reads a regular expression in the syntax of RE2, as far as it can match ASCII.
struct RegexParser {
    private let text: [UInt8]
    private var next = 0
    private var ignoresCase = false
    private var depth = 0

    init(_ text: String) { self.text = Array(text.utf8) }

    mutating func parse() throws(TopicRegex.Invalid) -> RegexNode {
        let node = try choice()
        if next < text.count { throw invalid("unexpected )") }
        return node
    }

    // MARK: Structure

    private mutating func choice() throws(TopicRegex.Invalid) -> RegexNode {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(TopicRegex.Invalid) -> RegexNode {
        var nodes: [RegexNode] = []
        while let byte = peek, byte != "|", byte != ")" {
            let atom = try atom()
            nodes.append(try quantified(atom))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func quantified(_ atom: RegexNode) throws(TopicRegex.Invalid) -> RegexNode {
        guard let (least, most) = try quantifier() else { return atom }
        // Whether it takes little or much makes no difference to what matches.
        _ = take("?")
        if try quantifier() != nil { throw invalid("a repetition of a repetition") }
        return .repetition(atom, least: least, most: most)
    }

    private mutating func quantifier() throws(TopicRegex.Invalid) -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard peek == "{" else { return nil }
        let start = next
        next += 1
        guard let least = number() else { return literalBrace(start) }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else { return literalBrace(start) }
        guard least <= 1_000, (most ?? least) <= 1_000, (most ?? least) >= least else {
            throw invalid("bad repetition count")
        }
        return (least, most)
    }

    /// A brace that begins no count stands for itself.
    private mutating func literalBrace(_ start: Int) -> (least: Int, most: Int?)? {
        next = start
        return nil
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let byte = peek, ByteSet.digits.contains(byte.value) {
            value = min((value ?? 0) * 10 + Int(byte.value - 48), 1_000_000)
            next += 1
        }
        return value
    }

    private mutating func atom() throws(TopicRegex.Invalid) -> RegexNode {
        guard let byte = advance() else { return .empty }
        switch byte {
        case "(": return try group()
        case "[": return .byte(cased(try bracket()))
        case ".": return .byte(ByteSet.newline.inverted)
        case "^": return .assert(.start)
        case "$": return .assert(.end)
        case "\\": return try escape()
        case "*", "+", "?": throw invalid("nothing to repeat")
        default: return .byte(cased(ByteSet([byte.value])))
        }
    }

    private mutating func group() throws(TopicRegex.Invalid) -> RegexNode {
        let before = ignoresCase
        if take("?") {
            if take("P") || peek == "<" {
                guard take("<") else { throw invalid("bad group name") }
                while let byte = advance(), byte != ">" {
                    guard ByteSet.word.contains(byte.value) else { throw invalid("bad group name") }
                }
            } else if try !flags() {
                return .empty
            }
        }
        depth += 1
        defer { depth -= 1 }
        if depth > CoordinatorLimits.regexDepth { throw invalid("too many parentheses") }
        let node = try choice()
        guard take(")") else { throw invalid("missing )") }
        ignoresCase = before
        return node
    }

    /// Reads flags; false when they hold for the rest of the group around them.
    private mutating func flags() throws(TopicRegex.Invalid) -> Bool {
        var on = true
        while let byte = advance() {
            switch byte {
            case "i": ignoresCase = on
            // They change only how newlines count, and which of several matches is found.
            case "m", "s", "U": break
            case "-": on = false
            case ":": return true
            case ")": return false
            default: throw invalid("unknown flag")
            }
        }
        throw invalid("missing )")
    }

    // MARK: Classes and escapes

    private mutating func escape() throws(TopicRegex.Invalid) -> RegexNode {
        guard let byte = advance() else { throw invalid("trailing backslash") }
        switch byte {
        case "A": return .assert(.start)
        case "z": return .assert(.end)
        case "b": return .assert(.wordBoundary)
        case "B": return .assert(.noWordBoundary)
        case "Q":
            var literal: [RegexNode] = []
            while let byte = advance() {
                if byte == "\\" && take("E") { break }
                literal.append(.byte(cased(ByteSet([byte.value]))))
            }
            return .sequence(literal)
        default: return .byte(cased(try escapedSet(byte)))
        }
    }

    private func escapedSet(_ byte: Character8) throws(TopicRegex.Invalid) -> ByteSet {
        switch byte {
        case "d": return .digits
        case "D": return ByteSet.digits.inverted
        case "w": return .word
        case "W": return ByteSet.word.inverted
        case "s": return .space
        case "S": return ByteSet.space.inverted
        case "n": return .newline
        case "t": return ByteSet([9])
        case "r": return ByteSet([13])
        case "f": return ByteSet([12])
        default:
            guard !ByteSet.word.contains(byte.value) else { throw invalid("unknown escape") }
            return ByteSet([byte.value])
        }
    }

    private mutating func bracket() throws(TopicRegex.Invalid) -> ByteSet {
        let isInverted = take("^")
        var set = ByteSet()
        var isFirst = true
        while let byte = advance() {
            if byte == "]" && !isFirst { return isInverted ? cased(set).inverted : set }
            isFirst = false
            if byte == "[" && peek == ":" {
                set.formUnion(try namedClass())
                continue
            }
            let lower = byte == "\\" ? try bracketEscape() : ByteSet([byte.value])
            guard peek == "-", next + 1 < text.count, text[next + 1] != UInt8(ascii: "]") else {
                set.formUnion(lower)
                continue
            }
            next += 1
            guard let end = advance() else { break }
            let upper = end == "\\" ? try bracketEscape() : ByteSet([end.value])
            guard let first = lower.only, let last = upper.only, first <= last else { throw invalid("bad range") }
            set.formUnion(ByteSet(first...last))
        }
        throw invalid("missing ]")
    }

    private mutating func bracketEscape() throws(TopicRegex.Invalid) -> ByteSet {
        guard let byte = advance() else { throw invalid("trailing backslash") }
        return try escapedSet(byte)
    }

    private mutating func namedClass() throws(TopicRegex.Invalid) -> ByteSet {
        next += 1
        let isInverted = take("^")
        var name: [UInt8] = []
        while let byte = advance(), byte != ":" { name.append(byte.value) }
        guard take("]"), let set = Self.named[String(decoding: name, as: UTF8.self)] else {
            throw invalid("unknown class")
        }
        return isInverted ? set.inverted : set
    }

    private static let named: [String: ByteSet] = [
        "alnum": ByteSet.letters.union(.digits), "alpha": .letters, "ascii": ByteSet().inverted,
        "blank": ByteSet([9, 32]), "cntrl": ByteSet(Array(0...31) + [127]), "digit": .digits, "lower": .lower,
        "graph": ByteSet(33...126), "print": ByteSet(32...126), "punct": .punctuation, "space": .space,
        "upper": .upper, "word": .word,
        "xdigit": ByteSet("0123456789abcdefABCDEF".utf8),
    ]

    private func cased(_ set: ByteSet) -> ByteSet { ignoresCase ? set.ignoringCase : set }

    // MARK: Bytes

    private var peek: Character8? { next < text.count ? Character8(text[next]) : nil }

    private mutating func advance() -> Character8? {
        defer { next += 1 }
        return peek
    }

    private mutating func take(_ byte: Character8) -> Bool {
        guard peek == byte else { return false }
        next += 1
        return true
    }

    private func invalid(_ reason: String) -> TopicRegex.Invalid {
        .init(reason: "\(reason) at position \(min(next, text.count))")
    }
}

/// A byte that can be written as a character.
private struct Character8: Equatable, ExpressibleByUnicodeScalarLiteral {
    let value: UInt8

    init(_ value: UInt8) { self.value = value }
    init(unicodeScalarLiteral scalar: Unicode.Scalar) { value = UInt8(truncatingIfNeeded: scalar.value) }
}

extension ByteSet {
    /// The byte of a set that has one alone.
    fileprivate var only: UInt8? {
        let all = (UInt8(0)..<128).filter(contains)
        return all.count == 1 ? all[0] : nil
    }
}
