import TerminalUI

/// A list ready to be drawn and moved in: what is shown, in which order, and how each row looks.
package struct ListPage {
    /// What the rows are: `Topics`.
    package var title: String
    /// The columns.
    package var columns: [TableColumn]
    /// Objects shown, in order.
    package var ids: [String]
    /// Objects there are, hidden internal ones left out.
    package var total: Int
    /// What it is sorted by.
    package var sort: TableSort
    /// The row of an object by its position in `ids`.
    package var row: (Int) -> TableRow
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
    /// What stands bottom right instead of row and rows.
    package var bottomRight: StyledText?

    /// Lines above the table that fit into a box of so many rows: they give way before the rows do, tabs excepted.
    package func header(height: Int) -> [StyledText] {
        let tabs = isDetail && header.first?.plain.isEmpty == true ? 1 : 0
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
        let kept = ids.indices.filter { index in
            let cells = row(index).cells
            return filter.matches(text: cells.values.map(\.plain).joined(separator: " ")) { column in
                let plain = cells[column]?.plain ?? ""
                return Filter.number(plain.filter { $0 != "," && $0 != "~" }).map { .number($0) } ?? .text(plain)
            }
        }
        var page = self
        page.ids = kept.map { ids[$0] }
        page.row = { [row] in row(kept[$0]) }
        if kept.isEmpty { page.empty = [StyledText("Nothing matches /\(text). Esc clears the filter.")] }
        return page
    }
}

/// How a kind of object is listed; turns objects and what the person chose into a page.
package struct ListSpec<Item> {
    /// What the rows are.
    package var title: String
    /// The columns; their ids name them in sorting and filters.
    package var columns: [TableColumn]
    /// The order when none was chosen.
    package var defaultSort: TableSort
    /// Columns whose first choice sorts from high to low.
    package var descendingFirst: Set<String> = []
    /// What an object is kept under.
    package var id: (Item) -> String
    /// What a plain word of the filter looks at.
    package var text: (Item) -> String
    /// What a column holds, for sorting and filters.
    package var value: (Item, String) -> SortValue
    /// The words a column is searched by (`col:word`) where its value is only an order.
    package var words: (Item, String) -> String? = { _, _ in nil }
    /// Whether it is kept when only problems are shown.
    package var isProblem: (Item) -> Bool
    /// The cells.
    package var cells: (Item) -> [String: StyledText]
    /// Lays whole rows on a role.
    package var surface: (Item) -> Role? = { _ in nil }
    /// Lays single cells on a role, by column.
    package var cellSurfaces: (Item) -> [String: Role] = { _ in [:] }
    /// The samples of a trend column, oldest first.
    package var trend: (Item) -> [Double?] = { _ in [] }

    /// The page of some objects, which must be in the order in which equal ones shall stay.
    package func page(_ items: [Item], _ state: ListState) -> ListPage {
        let filter = Filter(state.filter)
        let sort = state.sort ?? defaultSort
        var shown = items
        if state.problemsOnly { shown = shown.filter(isProblem) }
        if !filter.terms.isEmpty {
            shown = shown.filter { item in
                filter.matches(text: text(item)) { name in
                    let column = column(named: name)
                    return words(item, column).map { .text($0) } ?? value(item, column)
                }
            }
        }
        var keyed = shown.enumerated().map { (value($0.element, sort.column), $0.offset, $0.element) }
        func precedes(_ a: (SortValue, Int, Item), _ b: (SortValue, Int, Item)) -> Bool {
            SortValue.precedes(a.0, b.0, descending: sort.descending) ?? (a.1 < b.1)
        }
        // Very many rows are mostly in order already: topics come by name.
        let isSorted = keyed.indices.dropFirst().allSatisfy { !precedes(keyed[$0], keyed[$0 - 1]) }
        if !isSorted { keyed.sort(by: precedes) }
        let ordered = keyed.map(\.2)
        let ids = ordered.map(id)
        let found = filter.matchWords
        let name = columns.first?.id
        return ListPage(
            title: title, columns: columns, ids: ids, total: items.count, sort: sort,
            row: { [cells, surface, cellSurfaces, trend] index in
                let item = ordered[index]
                var row = TableRow(
                    cells(item), marked: state.marks.contains(ids[index]), surface: surface(item),
                    cellSurfaces: cellSurfaces(item), trend: trend(item))
                if let name, !found.isEmpty, let cell = row.cells[name] {
                    row.cells[name] = Matches.highlight(cell, words: found)
                }
                return row
            })
    }

    private func column(named name: String) -> String {
        columns.first { $0.id.lowercased() == name || $0.title.lowercased() == name }?.id ?? name
    }
}

/// Shows the words a filter found.
package enum Matches {
    /// The text with every occurrence of a word in role match.
    package static func highlight(_ text: StyledText, words: [String]) -> StyledText {
        StyledText(spans: text.spans.flatMap { span in split(span, words) })
    }

    private static func split(_ span: StyledText.Span, _ words: [String]) -> [StyledText.Span] {
        var spans: [StyledText.Span] = []
        var rest = Substring(span.text)
        while !rest.isEmpty {
            let lowered = rest.lowercased()
            let found = words.compactMap { word -> (Int, Int)? in
                guard !word.isEmpty, let range = lowered.firstRange(of: word) else { return nil }
                return (lowered.distance(from: lowered.startIndex, to: range.lowerBound), word.count)
            }.min { $0.0 < $1.0 }
            guard let (start, length) = found, lowered.count == rest.count else {
                spans.append(.init(String(rest), span.style))
                break
            }
            let from = rest.index(rest.startIndex, offsetBy: start)
            let to = rest.index(from, offsetBy: length)
            if from > rest.startIndex { spans.append(.init(String(rest[..<from]), span.style)) }
            spans.append(.init(String(rest[from..<to]), Style(.match, on: span.style.surface)))
            rest = rest[to...]
        }
        return spans
    }
}
