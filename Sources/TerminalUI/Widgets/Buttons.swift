/// Buttons in a row, the focused one in brackets: `[ Preview ]     Cancel`.
package struct Buttons: Hashable, Sendable {
    package let labels: [String]
    /// The focused button; nil when the focus is elsewhere.
    package var focus: Int?
    /// The button that Enter presses while the focus is on a field: in brackets as well.
    package var byEnter: Int?
    /// Blanks between two buttons; −1 lets their margins overlap (`Yes [ No ]`).
    package let gap: Int

    package init(_ labels: [String], focus: Int?, byEnter: Int? = nil, gap: Int = 3) {
        self.labels = labels
        self.focus = focus
        self.byEnter = byEnter
        self.gap = gap
    }

    /// The columns each button takes, for the mouse.
    package func columns(from x: Int, glyphs: GlyphSet = .unicode) -> [Range<Int>] {
        var start = x
        return labels.map { label in
            let width = TextWidth.of(label, glyphs: glyphs) + 4
            defer { start += width + gap }
            return start..<(start + width)
        }
    }

    package func draw(on buffer: inout CellBuffer, x: Int, y: Int) {
        for (index, columns) in columns(from: x, glyphs: buffer.glyphs).enumerated() {
            if index == focus || index == byEnter {
                let surface: Role? = index == focus ? .selection : nil
                buffer.text("[ \(labels[index]) ]", x: columns.lowerBound, y: y, style: Style(.text, on: surface))
            } else {
                buffer.text(labels[index], x: columns.lowerBound + 2, y: y)
            }
        }
    }
}

/// The question at the end of a plan that can be undone: the focus starts on No.
package struct Confirmation: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        case yes, no, moved, ignored
    }

    package let question: String
    package private(set) var yesFocused = false

    package init(_ question: String) {
        self.question = question
    }

    /// `y` is yes and `n` or Esc no wherever the focus is; Enter presses the focused button.
    package mutating func handle(_ key: Key) -> Outcome {
        switch key {
        case .character("y"): return .yes
        case .character("n"), .escape: return .no
        case .enter: return yesFocused ? .yes : .no
        case .left, .right, .tab, .backTab, .character("h"), .character("l"):
            yesFocused.toggle()
            return .moved
        default: return .ignored
        }
    }

    package func draw(on buffer: inout CellBuffer, in area: Rect) {
        guard !area.isEmpty else { return }
        buffer.fill(area.row(0))
        let buttonsWidth = 12
        let end = buffer.text(question, x: area.x, y: area.y, width: max(0, area.width - buttonsWidth))
        Buttons(["Yes", "No"], focus: yesFocused ? 0 : 1, gap: -1).draw(on: &buffer, x: end, y: area.y)
    }
}

/// The question at the end of a plan that cannot be undone: the words have to be typed.
package struct TypedConfirmation: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// Enter, and the text matches.
        case confirmed
        /// Enter, but the text does not match.
        case notYet
        case cancelled, edited, ignored
    }

    package let question: String
    package let expected: String
    package private(set) var input = TextInput(limit: 300)

    package init(_ question: String, expected: String) {
        self.question = question
        self.expected = expected
    }

    /// The same question with what has been typed, as far as the same is to be typed.
    package func keeping(_ before: TypedConfirmation) -> TypedConfirmation {
        var new = self
        if before.expected == expected { new.input = before.input }
        return new
    }

    /// What is typed: a count, a name, or words.
    package var noun: String { Int(expected) != nil ? "count" : expected.contains(" ") ? "words" : "name" }

    package var matches: Bool { input.text == expected }

    package mutating func handle(_ key: Key) -> Outcome {
        switch key {
        case .enter: matches ? .confirmed : .notYet
        case .escape: .cancelled
        default: input.handle(key) ? .edited : .ignored
        }
    }

    package func draw(on buffer: inout CellBuffer, in area: Rect) {
        guard !area.isEmpty else { return }
        let end = buffer.text(question + " ", x: area.x, y: area.y, width: area.width)
        let (_, rest) = area.split(left: end - area.x)
        input.draw(on: &buffer, in: rest, role: matches ? .healthOk : .healthBad)
    }
}
