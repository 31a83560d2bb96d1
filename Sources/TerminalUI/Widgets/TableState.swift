/// Where the person is in a table: kept in the model, moved by keys.
package struct TableState: Hashable, Sendable {
    /// The row with the cursor.
    package var cursor: Int
    /// The first row shown; `scrolled` keeps it such that the cursor is in view.
    package var top: Int
    /// Columns skipped by `h` `l` when all columns were asked for.
    package var columnScroll: Int

    /// Rows shown beyond the cursor while scrolling.
    static let context = 2

    package init(cursor: Int = 0, top: Int = 0, columnScroll: Int = 0) {
        self.cursor = cursor
        self.top = top
        self.columnScroll = columnScroll
    }

    /// Moves the cursor by rows, kept within the table.
    package mutating func move(by rows: Int, count: Int) {
        cursor = min(max(0, cursor + rows), max(0, count - 1))
    }

    /// Moves by one of the moving keys everywhere: arrows, `j` `k`, pages, `C-d` `C-u`, `g` `G`, Home, End, the wheel.
    ///
    /// - Parameters:
    ///   - count: rows of the table.
    ///   - page: rows on the screen.
    /// - Returns: whether the key was one of them.
    package mutating func handle(_ key: Key, count: Int, page: Int) -> Bool {
        let page = max(1, page)
        switch key {
        case .up, .character("k"): move(by: -1, count: count)
        case .down, .character("j"): move(by: 1, count: count)
        case .pageUp: move(by: -page, count: count)
        case .pageDown: move(by: page, count: count)
        case .control("u"): move(by: -max(1, page / 2), count: count)
        case .control("d"): move(by: max(1, page / 2), count: count)
        case .home, .character("g"): move(by: -cursor, count: count)
        case .end, .character("G"): move(by: count, count: count)
        case .mouse(let event) where event.action == .wheelUp: move(by: -3, count: count)
        case .mouse(let event) where event.action == .wheelDown: move(by: 3, count: count)
        default: return false
        }
        scroll(count: count, page: page)
        return true
    }

    /// Scrolls as little as needed to keep the cursor in view with its context.
    package mutating func scroll(count: Int, page: Int) {
        self = scrolled(count: count, page: page)
    }

    /// This state with the cursor inside the table and in view.
    package func scrolled(count: Int, page: Int) -> TableState {
        var state = self
        guard count > 0, page > 0 else {
            state.cursor = 0
            state.top = 0
            return state
        }
        state.cursor = min(max(0, cursor), count - 1)
        let context = min(Self.context, (page - 1) / 2)
        let lowest = max(0, state.cursor + context + 1 - page)
        let highest = max(0, state.cursor - context)
        state.top = min(max(top, lowest), highest)
        state.top = min(max(0, state.top), max(0, count - page))
        return state
    }
}
