import TerminalUI

/// A list ready to be drawn and moved in: what is shown, in which order, and how each row looks.
package struct ListPage {
    /// What the rows are: `Topics`.
    package var title: String
    /// The columns.
    package var columns: [TableColumn]
    /// Objects shown, in order.
    package var ids: RowIDs
    /// Objects there are, hidden internal ones left out.
    package var total: Int
    /// What it is sorted by.
    package var sort: TableSort
    /// The row of an object by its position in `ids`.
    package var row: (Int) -> TableRow
    /// What a column of a row holds, of which the cell is only the picture; nil where cells are all there is.
    package var value: ((Int, String) -> SortValue)?
    /// What is said when there is nothing at all.
    package var empty: [StyledText] = []
    /// Lines above the table.
    package var header: [StyledText] = []
    /// Lines below the rows.
    package var footer: [StyledText] = []
    /// Lines at the bottom of the box, always in view.
    package var bottom: [StyledText] = []
    /// Whether a line across the box stands above them, in place of the first.
    package var bottomDivider = false
    /// What stands top right instead of the sort.
    package var titleRight: StyledText?
    /// The title when it is more than the count.
    package var titleLeft: StyledText?
    /// Whether the newest row keeps the cursor while it is on the last one.
    package var isFollowed = false
    /// What stands bottom left.
    package var bottomLeft: StyledText?

    /// Whether the steps of a wizard stand where the tabs of a detail do.
    package var hasSteps = false
    /// A detail with tabs: says the row only when not all are in view.
    package var isDetail = false
    /// Cells before the first column, see `Table.lead`.
    package var lead = 2
    /// Blank rows between the rows and the lines below them.
    package var footerGap = 2
    /// Where those lines begin when it is not where the rows do.
    package var footerIndent: Int?
    /// Whether columns that do not fit are scrolled to by `h` and `l` instead of dropped.
    package var scrollsColumns = false
    /// What is said when only problems are shown and there is none.
    package var nothingWrong = "Nothing here has a problem."
    /// What the filter asks for that this list cannot answer.
    package var complaint: String?
    /// What stands bottom right instead of row and rows.
    package var bottomRight: StyledText?

    /// Whether anything is known of a column that rows can be sorted by.
    var sorts: (String) -> Bool = { _ in false }

    /// The columns that rows can be sorted by.
    package var sortable: [TableColumn] { columns.filter { sorts($0.id) } }

    /// A page of objects whose names are known.
    package init(
        title: String, columns: [TableColumn], ids: [String], total: Int, sort: TableSort,
        row: @escaping (Int) -> TableRow
    ) {
        self.init(title: title, columns: columns, ids: RowIDs(ids), total: total, sort: sort, row: row)
    }

    /// A page of objects.
    package init(
        title: String, columns: [TableColumn], ids: RowIDs, total: Int, sort: TableSort,
        row: @escaping (Int) -> TableRow
    ) {
        self.title = title
        self.columns = columns
        self.ids = ids
        self.total = total
        self.sort = sort
        self.row = row
    }

    /// Lines above the table that fit into a box of so many rows: they give way before the rows do, tabs excepted.
    package func header(height: Int) -> [StyledText] {
        let tabs = (isDetail || hasSteps) && header.first?.plain.isEmpty == true ? 1 : 0
        return Array(header.prefix(max(tabs, height - bottom.count - 4)))
    }

    /// Whether any column has a title to be drawn.
    package var hasHeader: Bool { columns.contains { !$0.title.isEmpty } }

    /// Where the cursor is: on its object, else on the row it had.
    package func cursor(_ state: ListState) -> Int {
        if let id = state.cursorID, let index = ids.firstIndex(of: id) { return index }
        return min(max(0, state.table.cursor), max(0, ids.count - 1))
    }

    /// The object under the cursor.
    package func cursorID(_ state: ListState) -> String? {
        let index = cursor(state)
        return ids.indices.contains(index) ? ids[index] : nil
    }

    /// The objects a verb acts on: the marked ones in their order, else the one under the cursor.
    package func chosen(_ state: ListState) -> [String] {
        let marked = state.marks.isEmpty ? [] : ids.filter { state.marks.contains($0) }
        return marked.isEmpty ? cursorID(state).map { [$0] } ?? [] : marked
    }
}

extension ListPage {
    /// The page with only the rows whose cells match a filter, for lists that are no table of objects.
    package func filtered(_ text: String) -> ListPage {
        let filter = Filter(text)
        guard !filter.terms.isEmpty else { return self }
        var match = FilterMatch(filter)
        let kept = ids.indices.filter { index in
            let cells = row(index).cells
            return match.passes(text: cells.values.map(\.plain).joined(separator: " ")) { column in
                let plain = cells[column]?.plain ?? ""
                return Filter.number(inCell: plain).map { .number($0) } ?? .text(plain)
            }
        }
        var page = self
        page.complaint = Filter.complaint(text, columns) { _ in false }
        page.ids = RowIDs(kept.map { ids[$0] })
        page.row = { [row] in row(kept[$0]) }
        if kept.isEmpty { page.empty = [StyledText("Nothing matches /\(text). Esc clears the filter.")] }
        return page
    }
}
