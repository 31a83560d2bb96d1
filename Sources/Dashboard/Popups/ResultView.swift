import TerminalUI

/// What a change did, per object.
enum ResultView {
    /// Buttons in order: those that failed again, those that went well undone, close.
    private enum Button {
        case again, undo, close
    }

    private static func buttons(_ result: ResultPopup, _ model: Model) -> [Button] {
        (Plans.failedAgain(result) == nil ? [] : [.again]) + (undo(result, model) == nil ? [] : [.undo]) + [.close]
    }

    private static func label(_ button: Button, _ result: ResultPopup) -> String {
        let failed = result.items.count { $0.failure != nil }
        return switch button {
        case .again: failed == 1 ? "Try the failed one again" : "Try the \(failed) failed again"
        case .undo: "Undo the \(result.items.count - failed)"
        case .close: "Close"
        }
    }

    /// The labels of its buttons, in order.
    static func labels(_ result: ResultPopup, _ model: Model) -> [String] {
        buttons(result, model).map { label($0, result) }
    }

    /// The journal entry that can undo what went well.
    private static func undo(_ result: ResultPopup, _ model: Model) -> JournalEntry? {
        guard result.items.contains(where: { $0.failure == nil }) else { return nil }
        return model.journal.first { $0.number == result.journal && $0.undoChange != nil }
    }

    static func handle(_ key: Key, _ result: ResultPopup, _ model: inout Model) -> [Command] {
        var result = result
        let buttons = buttons(result, model)
        switch key {
        case .escape, .character("q"): model.popup = nil
        case .left, .backTab, .right, .tab:
            let step = key == .left || key == .backTab ? buttons.count - 1 : 1
            result.button = (result.button + step) % buttons.count
            model.popup = .result(result)
        case .enter:
            model.popup = nil
            switch buttons[min(result.button, buttons.count - 1)] {
            case .again:
                return Plans.show(.again(result), &model)
            case .undo:
                guard let entry = undo(result, model), let change = entry.undoChange else { return [] }
                return UndoPlan.open(entry, change, &model)
            case .close: break
            }
        case .character("y"):
            model.say("copied")
            return [.copy(text(result))]
        case .control("s"): return Prompts.open(.saveResult, &model)
        default:
            var state = TableState(cursor: result.cursor)
            guard state.handle(key, count: result.items.count, page: 10) else { return [] }
            result.cursor = state.cursor
            model.popup = .result(result)
        }
        return []
    }

    /// One line an item.
    static func text(_ result: ResultPopup) -> String {
        result.items.map { "\($0.name)  \($0.detail)  \($0.verdict)\n" }.joined()
    }

    static func draw(_ result: ResultPopup, _ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        let explanation = explanation(result, width: 88)
        let area = Popups.area(width: 92, lines: result.items.count + explanation.count + 5, in: body)
        let journal = result.journal.map { StyledText("journal \($0)", .muted) }
        let inside = buffer.popup(area, titles: BoxTitles(left: StyledText(result.title), right: journal))
        let failed = result.items.count { $0.failure != nil }
        let unknown = result.items.count { $0.failure != nil && $0.isUnanswered }
        let rest = [(failed - unknown, "failed"), (unknown, "unknown")].filter { $0.0 > 0 }.map { ", \($0.0) \($0.1)" }
        buffer.text(
            "\(result.items.count - failed) of \(result.items.count) changed\(rest.joined()). "
                + "\(Times.short(result.milliseconds)).", x: inside.x, y: inside.y, width: inside.width)
        let (list, bottom) = inside.split(top: 2).rest.split(bottom: explanation.count + 3)
        let state = TableState(cursor: result.cursor).scrolled(count: result.items.count, page: list.height)
        let name = max(14, min(30, result.items.map { TextWidth.of($0.name) }.max() ?? 0)) + 1
        let detail = result.items.map { TextWidth.of($0.detail) }.max() ?? 0
        for (index, item) in result.items.dropFirst(state.top).prefix(list.height).enumerated() {
            let cursor = state.top + index == result.cursor ? "\(buffer.glyphs.cursor) " : "  "
            let outcome = StyledText(item.verdict, item.role)
            let cells = Cut.middle.cut(item.name, to: name - 1).padded(to: name) + item.detail.padded(to: detail + 3)
            buffer.text(StyledText(cursor + cells) + outcome, x: list.x, y: list.y + index, width: list.width)
        }
        for (index, line) in explanation.enumerated() {
            buffer.text(line, x: bottom.x, y: bottom.y + 1 + index, width: bottom.width)
        }
        let labels = buttons(result, model).map { label($0, result) }
        Buttons(labels, focus: min(result.button, labels.count - 1)).draw(
            on: &buffer, x: bottom.x + 15, y: bottom.maxY - 1)
    }

    /// The failure under the cursor in full, and what stays as it was.
    private static func explanation(_ result: ResultPopup, width: Int) -> [String] {
        guard result.items.indices.contains(result.cursor), let failure = result.items[result.cursor].failure else {
            return [""]
        }
        let item = result.items[result.cursor]
        if case .resetOffsets = result.change, !item.detail.isEmpty, !item.isUnanswered {
            return Wrap.lines("\(item.name) keeps its offset \(item.detail): \(failure)", width: width)
        }
        return Wrap.lines("\(item.name): \(failure)", width: width)
    }
}

extension ChangeItem {
    /// The colour of its verdict.
    var role: Role { failure == nil ? .flashOk : isUnanswered ? .healthDegraded : .healthBad }
}
