/// A prompt on the last line: its text, the history behind it, and the ghost that would complete it.
package struct Prompt: Hashable, Sendable {
    /// What a key did to the prompt.
    package enum Outcome: Hashable, Sendable {
        /// The text or cursor changed.
        case edited
        /// Enter: run this.
        case run(String)
        /// Esc: close.
        case closed
        /// Not a key of prompts.
        case ignored
    }

    /// What stands before the text: `:`, `/`, `seek: `.
    package let label: String
    package var input: TextInput
    /// The rest of the first suggestion, set by the owner after each edit.
    package var ghost: String
    /// Earlier texts, newest last.
    package private(set) var history: History
    /// Where in the history the person is; nil while typing.
    private var recalled: Int?
    /// What was typed before going into the history.
    private var draft = ""

    package init(label: String, text: String = "", history: History = History()) {
        self.label = label
        input = TextInput(text)
        ghost = ""
        self.history = history
    }

    /// Applies a key: editing, history, ghost, Enter and Esc.
    package mutating func handle(_ key: Key) -> Outcome {
        switch key {
        case .enter:
            history.add(input.text)
            return .run(input.text)
        case .escape:
            return .closed
        case .up, .control("p"):
            recall(older: true)
        case .down, .control("n"):
            recall(older: false)
        case .tab where !ghost.isEmpty, .right where input.isAtEnd && !ghost.isEmpty:
            input.set(input.text + ghost)
            ghost = ""
        default:
            guard input.handle(key) else { return .ignored }
            recalled = nil
        }
        return .edited
    }

    private mutating func recall(older: Bool) {
        if recalled == nil { draft = input.text }
        let next = (recalled ?? history.entries.count) + (older ? -1 : 1)
        if next < 0 || recalled == nil && !older { return }
        if next >= history.entries.count {
            recalled = nil
            input.set(draft)
        } else {
            recalled = next
            input.set(history.entries[next])
        }
    }

    package func draw(on buffer: inout CellBuffer, in area: Rect) {
        guard !area.isEmpty else { return }
        let label = buffer.text(self.label, x: area.x, y: area.y, width: area.width, style: Style(.prompt))
        let (_, rest) = area.split(left: label - area.x)
        input.draw(on: &buffer, in: rest, role: .prompt, ghost: ghost)
    }
}

/// What was run in a prompt before: newest last, without repeats, bounded.
package struct History: Hashable, Sendable {
    package private(set) var entries: [String]
    package let limit: Int

    /// Enough to find last week's filter, small enough to read and write whole.
    package static let defaultLimit = 200

    package init(_ entries: [String] = [], limit: Int = History.defaultLimit) {
        self.entries = entries.suffix(limit)
        self.limit = limit
    }

    /// Adds a text as the newest one; blank texts are not kept.
    package mutating func add(_ text: String) {
        guard text.contains(where: { $0 != " " }) else { return }
        entries.removeAll { $0 == text }
        entries.append(text)
        if entries.count > limit { entries.removeFirst(entries.count - limit) }
    }
}
