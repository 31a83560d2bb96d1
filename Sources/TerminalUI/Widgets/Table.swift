/// One row of a table.
package struct TableRow: Hashable, Sendable {
    /// Cells by column id; a missing one is blank.
    package var cells: [String: StyledText]
    package var marked: Bool
    /// Lays the whole row on a role: `row.new`, `row.gone`.
    package var surface: Role?
    /// Lays single cells on a role: `row.changed`.
    package var cellSurfaces: [String: Role]
    /// What a trend column shows, oldest first; a missing sample is nil.
    package var trend: [Double?]

    package init(
        _ cells: [String: StyledText], marked: Bool = false, surface: Role? = nil, cellSurfaces: [String: Role] = [:],
        trend: [Double?] = []
    ) {
        self.cells = cells
        self.trend = trend
        self.marked = marked
        self.surface = surface
        self.cellSurfaces = cellSurfaces
    }
}

/// A table: cells for cursor and mark, then the columns, then one blank cell. Only the rows in view are asked
/// for.
package struct Table {
    package let columns: [TableColumn]
    package let count: Int
    package let sort: TableSort?
    package let hasHeader: Bool
    /// Only the pane with the focus shows the cursor.
    package let focused: Bool
    /// Asked for by `w`: all columns, scrolled by `h` `l`.
    package let keepAll: Bool
    /// Cells before the first column: 2 for cursor and mark, with a blank after the last column; 1 for sentences, which
    /// reach to the end and where a mark lies over the first cell.
    package let lead: Int
    private let row: (Int) -> TableRow

    package init(
        columns: [TableColumn], count: Int, sort: TableSort? = nil, hasHeader: Bool = true, focused: Bool = true,
        keepAll: Bool = false, lead: Int = 2, row: @escaping (Int) -> TableRow
    ) {
        self.columns = columns
        self.count = count
        self.sort = sort
        self.hasHeader = hasHeader
        self.focused = focused
        self.keepAll = keepAll
        self.lead = lead
        self.row = row
    }

    /// Rows of data an area shows.
    package static func page(height: Int, hasHeader: Bool = true) -> Int {
        max(0, height - (hasHeader ? 1 : 0))
    }

    /// Where everything stands when drawn into `area`; also answers the mouse.
    package func layout(in area: Rect, state: TableState) -> TableLayout {
        let header = hasHeader && area.height > 0
        let page = Self.page(height: area.height, hasHeader: hasHeader)
        return TableLayout(
            placed: TableLayout.place(
                columns, x: area.x + lead, width: area.width - 2 * lead + 1, keepAll: keepAll,
                scroll: state.columnScroll),
            headerY: header ? area.y : nil,
            rows: (area.maxY - page)..<area.maxY,
            top: state.scrolled(count: count, page: page).top)
    }

    /// Draws the table.
    ///
    /// - Returns: the layout drawn.
    @discardableResult
    package func draw(on buffer: inout CellBuffer, in area: Rect, state: TableState) -> TableLayout {
        let layout = layout(in: area, state: state)
        let state = state.scrolled(count: count, page: layout.rows.count)
        buffer.clipped(to: area) { buffer in
            if let y = layout.headerY { drawHeader(on: &buffer, layout, y: y) }
            for (offset, y) in layout.rows.enumerated() where state.top + offset < count {
                let index = state.top + offset
                draw(
                    row(index), on: &buffer, layout, in: Rect(x: area.x, y: y, width: area.width, height: 1),
                    hasCursor: focused && index == state.cursor)
            }
        }
        return layout
    }

    private func drawHeader(on buffer: inout CellBuffer, _ layout: TableLayout, y: Int) {
        for placed in layout.placed {
            let sorted = placed.column.id == sort?.column
            var title = placed.column.title
            // Where the sign does not fit, the title says it alone: the frame names the column too.
            if sorted, let sort, !title.isEmpty, TextWidth.of(title) + 2 <= placed.width {
                title += " \(sort.descending ? buffer.glyphs.sortDown : buffer.glyphs.sortUp)"
            }
            let field = Rect(x: placed.x, y: y, width: placed.width, height: 1)
            buffer.field(
                StyledText(title, placed.column.titleRole ?? (sorted ? .columnSorted : .column)), in: field,
                alignment: placed.column.alignment)
        }
    }

    private func draw(
        _ row: TableRow, on buffer: inout CellBuffer, _ layout: TableLayout, in line: Rect, hasCursor: Bool
    ) {
        let surface = hasCursor ? .selection : row.surface
        buffer.fill(line, style: Style(.text, on: surface))
        let glyphs = buffer.glyphs
        if hasCursor {
            buffer.text(String(glyphs.cursor), x: line.x, y: line.y, style: Style(.selection, on: surface))
        }
        for placed in layout.placed {
            var cell = row.cells[placed.column.id]
            if case .trend = placed.column.width {
                cell = StyledText(Chart.sparkline(row.trend, width: placed.width, glyphs: glyphs), .chart1)
            }
            guard let cell else { continue }
            buffer.field(
                cell, in: Rect(x: placed.x, y: line.y, width: placed.width, height: 1),
                alignment: placed.column.alignment, cut: placed.column.cut,
                surface: row.cellSurfaces[placed.column.id] ?? surface)
        }
        if row.marked {
            buffer.text(String(glyphs.mark), x: line.x + 1, y: line.y, style: Style(.mark, on: surface))
        }
    }
}
