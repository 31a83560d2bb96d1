import TerminalUI

/// A change on its way, object by object.
enum SendingView {
    /// Opens the popup of a change that takes long, when nothing else has the focus.
    static func openDue(_ model: inout Model) {
        guard model.popup == nil, model.prompt == nil else { return }
        guard let due = model.sending.first(where: { !$0.isHidden && model.now - $0.since >= Sending.patience })
        else { return }
        model.popup = .sending(SendingPopup(id: due.id))
    }

    /// What came of a change that is on its way.
    static func take(_ id: Int, _ items: [ChangeItem], _ model: inout Model) {
        guard let index = model.sending.firstIndex(where: { $0.id == id }) else { return }
        model.sending[index].take(items)
    }

    /// A change is on its way, or is known better.
    static func began(_ sending: Sending, _ model: inout Model) {
        guard let index = model.sending.firstIndex(where: { $0.id == sending.id }) else {
            return model.sending.append(sending)
        }
        model.sending[index].details = sending.details
    }

    /// A change is over: its result takes the place of its popup.
    static func ended(_ id: Int, _ model: inout Model) {
        model.sending.removeAll { $0.id == id }
        if case .sending(let popup) = model.popup, popup.id == id { model.popup = nil }
    }

    private static func shown(_ popup: SendingPopup, _ model: Model) -> Sending? {
        model.sending.first { $0.id == popup.id }
    }

    static func handle(_ key: Key, _ popup: SendingPopup, _ model: inout Model) -> [Command] {
        guard let sending = shown(popup, model) else {
            model.popup = nil
            return []
        }
        if [.escape, .enter, .character("q")].contains(key) {
            model.popup = nil
            if let index = model.sending.firstIndex(where: { $0.id == popup.id }) {
                model.sending[index].isHidden = true
            }
            return []
        }
        var state = TableState(cursor: popup.cursor)
        guard state.handle(key, count: sending.rows.count, page: 10) else { return [] }
        model.popup = .sending(SendingPopup(id: popup.id, cursor: state.cursor))
        return []
    }

    static func draw(_ popup: SendingPopup, _ model: Model, on buffer: inout CellBuffer, in body: Rect) {
        guard let sending = shown(popup, model) else { return }
        let rows = sending.rows
        let area = Popups.area(width: 92, lines: rows.count + 2, in: body)
        let shownRows = area.height - 4
        let state = TableState(cursor: popup.cursor).scrolled(count: rows.count, page: shownRows)
        let inside = buffer.popup(
            area,
            titles: BoxTitles(
                left: StyledText("Sending: \(sending.change.summary)"),
                bottomRight: Popups.position(state.top, shownRows, of: rows.count)))
        let time = Format.sentenceDuration(Double(max(0, model.now - sending.since)) / 1_000)
        buffer.text("\(sending.words). \(time).", x: inside.x, y: inside.y, width: inside.width)
        let name = max(14, min(30, rows.map { TextWidth.of($0.name) }.max() ?? 0)) + 1
        let details = rows.map { $0.item?.detail ?? sending.details[$0.name] ?? "" }
        let detail = details.map { TextWidth.of($0) }.max() ?? 0
        for (index, row) in rows.enumerated().dropFirst(state.top).prefix(shownRows) {
            let cursor = index == popup.cursor ? "\(buffer.glyphs.cursor) " : "  "
            let cells = Cut.middle.cut(row.name, to: name - 1).padded(to: name) + details[index].padded(to: detail + 3)
            let outcome =
                row.item.map { StyledText(verdict($0), $0.role) }
                ?? StyledText(buffer.glyphs.cutEnd, .muted)
            buffer.text(
                StyledText(cursor + cells) + outcome, x: inside.x, y: inside.y + 2 + index - state.top,
                width: inside.width)
        }
    }

    private static func verdict(_ item: ChangeItem) -> String {
        item.failure != nil && item.isUnanswered ? "\(item.verdict); checking" : item.verdict
    }
}
