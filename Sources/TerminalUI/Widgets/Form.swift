/// A form: labelled fields, then buttons. Enter on a field goes to the first button's action, as the screens say.
package struct Form: Hashable, Sendable {
    /// What a key did to the form.
    package enum Outcome: Hashable, Sendable {
        case edited(field: String)
        case moved
        /// Enter on a field, or on this button.
        case pressed(button: Int)
        case cancelled
        case ignored
    }

    package var fields: [FormField]
    package let buttons: [String]
    /// Index of the focused field; `fields.count` and above are the buttons.
    package private(set) var focus: Int
    /// Cells from the start of a label to its field.
    package let labelWidth: Int
    /// Cells from the start of a label to the note.
    package let noteColumn: Int

    package init(
        fields: [FormField], buttons: [String] = ["Preview", "Cancel"], labelWidth: Int = 15, noteColumn: Int = 31
    ) {
        self.fields = fields
        self.buttons = buttons
        self.labelWidth = labelWidth
        self.noteColumn = noteColumn
        focus = fields.firstIndex(where: \.canFocus) ?? fields.count
    }

    /// The field of an id.
    package subscript(id: String) -> FormField? {
        get { fields.first { $0.id == id } }
        set {
            guard let newValue, let index = fields.firstIndex(where: { $0.id == id }) else { return }
            fields[index] = newValue
        }
    }

    /// Rows of the fields, without the buttons.
    package var height: Int { fields.reduce(0) { $0 + $1.height } }

    package mutating func handle(_ key: Key) -> Outcome {
        if key == .escape { return .cancelled }
        if key == .enter { return .pressed(button: focusedButton ?? 0) }
        if fields.indices.contains(focus), fields[focus].handle(key) { return .edited(field: fields[focus].id) }
        switch key {
        case .tab, .down: move(by: 1)
        case .backTab, .up: move(by: -1)
        case .left where focusedButton != nil: move(by: -1)
        case .right where focusedButton != nil: move(by: 1)
        default: return .ignored
        }
        return .moved
    }

    /// The text that is typed into; nil when the focus is elsewhere.
    package var focusedInput: TextInput? {
        guard fields.indices.contains(focus) else { return nil }
        return switch fields[focus].value {
        case .text(let input), .number(let input): input
        case .choice, .list, .check, .fixed: nil
        }
    }

    package var focusedButton: Int? { focus >= fields.count ? focus - fields.count : nil }

    /// Gives the focus to a field, to point at what is wrong.
    package mutating func focus(on id: String) {
        if let index = fields.firstIndex(where: { $0.id == id && $0.canFocus }) { focus = index }
    }

    private mutating func move(by step: Int) {
        let stops = fields.count + buttons.count
        guard stops > 0 else { return }
        var next = focus
        repeat {
            next = (next + step + stops) % stops
        } while next != focus && next < fields.count && !fields[next].canFocus
        focus = next
    }

    /// Draws the fields from the top of the area and scrolls so that the focused one is in view.
    package func draw(on buffer: inout CellBuffer, in area: Rect) {
        let before = fields.prefix(min(focus, fields.count)).reduce(0) { $0 + $1.height }
        let focusedHeight = fields.indices.contains(focus) ? fields[focus].height : 0
        let skip = max(0, before + focusedHeight - area.height)
        buffer.clipped(to: area) { buffer in
            var y = area.y - skip
            for (index, field) in fields.enumerated() {
                let line = Rect(x: area.x, y: y, width: area.width, height: field.height)
                draw(field, on: &buffer, in: line, focused: index == focus)
                y += field.height
            }
        }
    }

    /// Draws the buttons below the fields' column.
    package func drawButtons(on buffer: inout CellBuffer, in area: Rect) {
        // Under the values; at the edge where there is not so much room.
        let needed = buttons.reduce(0) { $0 + TextWidth.of($1) + 6 }
        let aside = max(0, min(labelWidth, area.width - needed))
        Buttons(buttons, focus: focusedButton, byEnter: focusedButton == nil ? 0 : nil).draw(
            on: &buffer, x: area.x + aside, y: area.y)
    }

    private func draw(_ field: FormField, on buffer: inout CellBuffer, in area: Rect, focused: Bool) {
        buffer.text(field.label, x: area.x, y: area.y, width: labelWidth - 2, style: Style(focused ? .text : .muted))
        let room = max(0, area.width - labelWidth)
        let place = Rect(x: area.x + labelWidth, y: area.y, width: room, height: area.height)
        let end = drawValue(field.value, on: &buffer, in: place, focused: focused, hasNote: !field.note.plain.isEmpty)
        if field.string.isEmpty, !focused, !field.placeholder.isEmpty {
            buffer.text(field.placeholder, x: place.x, y: place.y, width: place.width, style: .muted)
        }
        let noteX = max(area.x + noteColumn, end + 3)
        let note = StyledText(
            spans: field.note.spans.map { .init($0.text, $0.style == .text ? .muted : $0.style) })
        buffer.text(note, x: noteX, y: area.y, width: max(0, area.maxX - noteX))
    }

    private func drawValue(
        _ value: FormField.Value, on buffer: inout CellBuffer, in area: Rect, focused: Bool, hasNote: Bool
    ) -> Int {
        let style = Style(.text, on: focused ? .selection : nil)
        let glyphs = buffer.glyphs
        switch value {
        case .text(let input), .number(let input):
            let width = hasNote ? min(area.width, max(noteColumn - labelWidth - 2, 1)) : area.width
            input.draw(on: &buffer, in: Rect(x: area.x, y: area.y, width: width, height: 1), focused: focused)
            return area.x + min(width, TextWidth.of(input.text, glyphs: glyphs))
        case .choice(let options, let selected):
            var x = area.x - 1
            for (index, option) in options.enumerated() {
                let text = index == selected ? "[\(option)]" : " \(option) "
                x = buffer.text(text, x: x, y: area.y, style: index == selected ? style : .text) + 1
            }
            return x - 1
        case .list(let options, let selected):
            for (index, option) in options.enumerated() {
                let sign = index == selected ? glyphs.chosen : glyphs.notChosen
                let place = area.row(index)
                buffer.text(
                    sign + " " + option, x: place.x, y: place.y, width: place.width,
                    style: index == selected ? style : .text)
            }
            return area.x
        case .check(let text, let isOn):
            let sign = isOn ? glyphs.checked : glyphs.notChecked
            return buffer.text(sign + " " + text, x: area.x, y: area.y, width: area.width, style: style)
        case .fixed(let text):
            return buffer.text(text, x: area.x, y: area.y, width: area.width)
        }
    }
}
