/// A regular expression for topic names in the syntax of RE2, as members of the new consumer protocol send it (KIP-848).
/// It must match the whole name.
///
/// All ways through it are followed at once, so the time for a name is bounded by its length times the size of the
/// expression: no expression can stop a broker.
struct TopicRegex: Sendable {
    /// Why a text is no regular expression.
    struct Invalid: Error { var reason: String }

    private let program: [RegexInstruction]

    init(_ text: String) throws(Invalid) {
        guard text.utf8.count <= CoordinatorLimits.regexBytes else {
            throw Invalid(reason: "it is longer than \(CoordinatorLimits.regexBytes) bytes")
        }
        var parser = RegexParser(text)
        program = try RegexCompiler.compile(try parser.parse())
    }

    func matches(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        var states = RegexStates(count: program.count)
        states.enter(0, program, bytes, at: 0)
        for index in bytes.indices {
            var next = RegexStates(count: program.count)
            for state in states.list {
                if case .byte(let set) = program[state], set.contains(bytes[index]) {
                    next.enter(state + 1, program, bytes, at: index + 1)
                }
            }
            if next.list.isEmpty { return false }
            states = next
        }
        return states.list.contains { if case .match = program[$0] { true } else { false } }
    }
}

/// The places in a program that can be reached at one position of the name.
private struct RegexStates {
    private(set) var list: [Int] = []
    private var entered: [Bool]

    init(count: Int) { entered = Array(repeating: false, count: count) }

    /// Enters a place, and all places that are reached from it without a byte.
    mutating func enter(_ start: Int, _ program: [RegexInstruction], _ bytes: [UInt8], at position: Int) {
        var waiting = [start]
        while let state = waiting.popLast() {
            if entered[state] { continue }
            entered[state] = true
            switch program[state] {
            case .byte, .match: list.append(state)
            case .jump(let target): waiting.append(target)
            case .split(let first, let second): waiting += [first, second]
            case .assert(let assertion): if assertion.holds(bytes, at: position) { waiting.append(state + 1) }
            }
        }
    }
}
