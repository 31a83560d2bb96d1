/// One step of a compiled regular expression. Steps follow each other unless they say otherwise.
enum RegexInstruction: Sendable {
    case byte(ByteSet)
    case assert(RegexAssertion)
    case jump(Int)
    case split(Int, Int)
    case match
}

/// Makes a program of a tree.
struct RegexCompiler {
    private var program: [RegexInstruction] = []

    static func compile(_ node: RegexNode) throws(TopicRegex.Invalid) -> [RegexInstruction] {
        var compiler = RegexCompiler()
        try compiler.add(node)
        try compiler.append(.match)
        return compiler.program
    }

    private mutating func append(_ instruction: RegexInstruction) throws(TopicRegex.Invalid) {
        guard program.count < CoordinatorLimits.regexInstructions else {
            throw TopicRegex.Invalid(reason: "it is too complex")
        }
        program.append(instruction)
    }

    private mutating func add(_ node: RegexNode) throws(TopicRegex.Invalid) {
        switch node {
        case .empty: break
        case .byte(let set): try append(.byte(set))
        case .assert(let assertion): try append(.assert(assertion))
        case .sequence(let nodes): for node in nodes { try add(node) }
        case .choice(let nodes): try add(choice: nodes)
        case .repetition(let inner, let least, let most): try add(inner, least, most)
        }
    }

    private mutating func add(choice nodes: [RegexNode]) throws(TopicRegex.Invalid) {
        var exits: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index < nodes.count - 1 else { try add(node); break }
            let split = program.count
            try append(.split(0, 0))
            try add(node)
            exits.append(program.count)
            try append(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        for exit in exits { program[exit] = .jump(program.count) }
    }

    private mutating func add(_ node: RegexNode, _ least: Int, _ most: Int?) throws(TopicRegex.Invalid) {
        for _ in 0..<least {
            let before = program.count
            try add(node)
            // Nothing, however often, is nothing.
            if program.count == before { return }
        }
        if let most {
            for _ in least..<max(least, most) {
                let split = program.count
                try append(.split(0, 0))
                try add(node)
                program[split] = .split(split + 1, program.count)
            }
        } else {
            let split = program.count
            try append(.split(0, 0))
            try add(node)
            try append(.jump(split))
            program[split] = .split(split + 1, program.count)
        }
    }
}
