import TerminalUI

/// Draws a list in its box: title, rows, what is said when there are none, and lines around them.
enum ListView {
    /// The box of the body, its title and the list inside.
    ///
    /// - Returns: the objects in view.
    @discardableResult
    static func draw(
        _ page: ListPage, _ model: Model, on buffer: inout CellBuffer, in area: Rect
    ) -> [String] {
        let state = model.list
        let inside = area.insideBox
        let titles = BoxTitles(
            left: page.titleLeft ?? title(page, state), right: right(page, model),
            bottomRight: position(page, state, inside), bottomLeft: page.bottomLeft)
        buffer.box(area, titles: titles, border: .border, endLine: page.isDetail ? 1 : 0)
        for (index, line) in page.header(height: inside.height).enumerated() {
            buffer.text(line, x: inside.x + 1, y: inside.y + index, width: max(0, inside.width - 2))
        }
        let table = tableArea(inside, page)
        let visible = drawTable(page, state, model, on: &buffer, in: table)
        for (index, line) in page.bottom.enumerated() {
            let y = inside.maxY - page.bottom.count + index
            guard y >= inside.y else { continue }
            if page.bottomDivider, index == 0 {
                buffer.divider(in: area, y: y)
            } else {
                buffer.text(line, x: inside.x + 1, y: y, width: max(0, inside.width - 2))
            }
        }
        return visible
    }

    /// Which row the cursor is on; a detail says it only when not all rows are in view.
    private static func position(_ page: ListPage, _ state: ListState, _ inside: Rect) -> StyledText? {
        let rows = Table.page(height: tableArea(inside, page).height, hasHeader: page.hasHeader)
        if let own = page.bottomRight { return own }
        if page.ids.isEmpty || page.isDetail && page.ids.count <= rows { return nil }
        return StyledText("\(Format.count(page.cursor(state) + 1))/\(Format.count(page.ids.count))", .muted)
    }

    /// Where the table itself stands.
    static func tableArea(_ inside: Rect, _ page: ListPage) -> Rect {
        inside.split(top: page.header(height: inside.height).count).rest.split(bottom: page.bottom.count).rest
    }

    private static func drawTable(
        _ page: ListPage, _ state: ListState, _ model: Model, on buffer: inout CellBuffer, in area: Rect
    ) -> [String] {
        let table = table(page, state)
        var tableState = state.table
        tableState.cursor = page.cursor(state)
        let layout = table.draw(on: &buffer, in: area, state: tableState)
        let used = page.ids.isEmpty ? 0 : min(page.ids.count - layout.top, layout.rows.count)
        var y = layout.rows.lowerBound + used + page.footerGap
        let lines = page.ids.isEmpty ? empty(page, state, model) + [""] + page.footer : page.footer
        for line in lines where y < area.maxY {
            let indent = page.ids.isEmpty ? 1 : page.footerIndent ?? page.lead
            buffer.text(line, x: area.x + indent, y: y, width: max(0, area.width - indent))
            y += 1
        }
        return Array(page.ids.dropFirst(layout.top).prefix(layout.rows.count))
    }

    /// The table of a page, also for the mouse.
    static func table(_ page: ListPage, _ state: ListState) -> Table {
        Table(
            columns: page.columns, count: page.ids.count, sort: page.sort, hasHeader: page.hasHeader,
            keepAll: state.wide || page.scrollsColumns, lead: page.lead, row: page.row)
    }

    private static func title(_ page: ListPage, _ state: ListState) -> StyledText {
        var text = page.title
        let isNarrowed = !state.filter.isEmpty || state.problemsOnly
        text += isNarrowed ? " \(page.ids.count) of \(page.total)" : " \(page.total)"
        if !state.filter.isEmpty { text += " ── /\(state.filter)" }
        if state.problemsOnly { text += " ── problems only" }
        let marked = state.marks.isEmpty ? 0 : page.ids.count { state.marks.contains($0) }
        if marked > 0 { text += " ── \(marked) marked" }
        return StyledText(text)
    }

    private static func right(_ page: ListPage, _ model: Model) -> StyledText {
        if let right = page.titleRight { return right }
        let title = page.columns.first { $0.id == page.sort.column }?.title ?? page.sort.column
        let sign = page.sort.descending ? model.glyphs.sortDown : model.glyphs.sortUp
        let name = page.sort.column == "p" ? "partition" : title.lowercased()
        let sort = "sort: \(name) \(sign)"
        return StyledText(Stale.titlePrefix(model) + sort)
    }

    /// `12 topics are hidden`.
    private static func hidden(_ page: ListPage) -> String {
        let noun = page.title.lowercased()
        return page.total == 1 ? "1 of \(noun) is hidden" : "\(page.total) \(noun) are hidden"
    }

    private static func empty(_ page: ListPage, _ state: ListState, _ model: Model) -> [StyledText] {
        if page.total > 0, !state.filter.isEmpty {
            return [
                StyledText("Nothing matches /\(state.filter). Esc clears the filter; \(hidden(page)).")
            ]
        }
        if page.total > 0, state.problemsOnly { return [StyledText(page.nothingWrong, .healthOk)] }
        if model.report == nil { return [StyledText("reading", .muted)] }
        return page.empty
    }
}
