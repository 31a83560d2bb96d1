import TerminalUI

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

    /// Whether objects come in the default order, so that very many need not be looked at to be listed.
    package var comesInOrder = false
    /// Where an object stands among those listed, for lists so long that looking at each takes too long.
    package var find: ((String) -> Int?)?
    /// Answers with the places of rows, worked out where they are not known from the last frame.
    package var keepsOrder: (_ make: () -> [Int]?) -> [Int]? = { $0() }

    /// The page of some objects, which must be in the order in which equal ones shall stay.
    package func page<Items: RandomAccessCollection>(_ items: Items, _ state: ListState) -> ListPage
    where Items.Element == Item, Items.Index == Int {
        let filter = Filter(state.filter)
        let sort = state.sort ?? defaultSort
        let order = keepsOrder { self.order(items, kept(items, filter, state), sort) }
        func item(_ row: Int) -> Item { items[items.startIndex + (order.map { $0[row] } ?? row)] }
        let ids = ids(count: order?.count ?? items.count, order, item)
        let found = filter.matchWords
        let name = columns.first?.id
        var page = ListPage(
            title: title, columns: columns, ids: ids, total: items.count, sort: sort,
            row: { [cells, surface, cellSurfaces, trend] index in
                let item = item(index)
                var row = TableRow(
                    cells(item), marked: !state.marks.isEmpty && state.marks.contains(ids[index]),
                    surface: surface(item), cellSurfaces: cellSurfaces(item), trend: trend(item))
                if let name, !found.isEmpty, let cell = row.cells[name] {
                    row.cells[name] = Matches.highlight(cell, words: found)
                }
                return row
            })
        page.complaint = Filter.complaint(state.filter, columns) { name in
            items.prefix(Self.asked).contains { value($0, name) != .unknown || words($0, name) != nil }
        }
        page.sorts = { [value] column in items.contains { value($0, column) != .unknown } }
        // Words that a column is searched by tell that its value is only an order.
        page.value = { [value, words] index, column in
            words(item(index), column).map { .text($0) } ?? value(item(index), column)
        }
        return page
    }

    /// Rows that are asked whether they answer to a name at all; in the first ones something may not have been read yet.
    private static var asked: Int { 20 }

    /// The places of what is shown; nil is all.
    private func kept<Items: RandomAccessCollection>(
        _ items: Items, _ filter: Filter, _ state: ListState
    ) -> [Int]? where Items.Element == Item, Items.Index == Int {
        guard state.problemsOnly || !filter.terms.isEmpty else { return nil }
        var match = FilterMatch(filter)
        // Places alone are collected: rows of partitions are large, and there may be very many.
        return (0..<items.count).filter { place in
            let item = items[items.startIndex + place]
            guard !state.problemsOnly || isProblem(item) else { return false }
            return match.passes(text: text(item)) { name in
                let column = column(named: name)
                return words(item, column).map { .text($0) } ?? value(item, column)
            }
        }
    }

    /// The places in their order; nil is all as they come.
    private func order<Items: RandomAccessCollection>(
        _ items: Items, _ kept: [Int]?, _ sort: TableSort
    ) -> [Int]? where Items.Element == Item, Items.Index == Int {
        if comesInOrder, sort == defaultSort { return kept }
        func keyed(_ place: Int) -> (SortValue, Int) { (value(items[items.startIndex + place], sort.column), place) }
        func precedes(_ a: (SortValue, Int), _ b: (SortValue, Int)) -> Bool {
            SortValue.precedes(a.0, b.0, descending: sort.descending) ?? (a.1 < b.1)
        }
        var rows = kept.map { $0.map(keyed) } ?? (0..<items.count).map(keyed)
        // Very many rows are mostly in order already: topics come by name.
        guard !rows.indices.dropFirst().allSatisfy({ !precedes(rows[$0], rows[$0 - 1]) }) else { return kept }
        rows.sort(by: precedes)
        return rows.map(\.1)
    }

    private func ids(count: Int, _ order: [Int]?, _ item: @escaping (Int) -> Item) -> RowIDs {
        RowIDs(
            count: count, id: { [id] in id(item($0)) },
            find: { [id, find] wanted in
                guard let find else { return (0..<count).first { id(item($0)) == wanted } }
                guard let place = find(wanted) else { return nil }
                return order.map { $0.firstIndex(of: place) } ?? place
            })
    }

    private func column(named name: String) -> String {
        columns.first { $0.id.lowercased() == name || $0.title.lowercased() == name }?.id ?? name
    }
}
