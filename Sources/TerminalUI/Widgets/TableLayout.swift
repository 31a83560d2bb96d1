/// Which columns of a table are shown, and where.
package struct TableLayout: Hashable, Sendable {
    /// A shown column.
    package struct Placed: Hashable, Sendable {
        package let column: TableColumn
        package let x: Int
        package let width: Int
    }

    package let placed: [Placed]
    /// The row of the column titles; nil when the table has no header.
    package let headerY: Int?
    /// The rows of the screen that show data.
    package let rows: Range<Int>
    /// The first data row shown.
    package let top: Int

    /// The data row at a place of the screen, for the mouse; nil outside.
    package func row(at point: Point, count: Int) -> Int? {
        guard rows.contains(point.y) else { return nil }
        let row = top + point.y - rows.lowerBound
        return row < count ? row : nil
    }

    /// The column whose title is at a place, for sorting with the mouse.
    package func header(at point: Point) -> String? {
        guard point.y == headerY else { return nil }
        return placed.first { ($0.x..<($0.x + $0.width)).contains(point.x) }?.column.id
    }

    /// Chooses the columns that fit into `width` cells, dropping by drop order, and gives out what is left.
    ///
    /// - Parameters:
    ///   - keepAll: the person asked for all columns (`w`): none is dropped by order, the table scrolls instead.
    ///   - scroll: columns skipped after the first one, which always stays.
    static func place(
        _ columns: [TableColumn], x: Int, width: Int, keepAll: Bool = false, scroll: Int = 0
    ) -> [Placed] {
        var kept = columns
        if keepAll {
            let skipped = min(max(0, scroll), max(0, columns.count - 2))
            kept = Array(columns.prefix(1)) + columns.dropFirst(1 + skipped)
            while kept.count > 1, needed(kept) > width { kept.removeLast() }
        } else {
            while needed(kept) > width {
                let candidates = kept.indices.filter { kept[$0].dropOrder != nil }
                guard let next = candidates.min(by: { (kept[$0].dropOrder ?? 0) < (kept[$1].dropOrder ?? 0) })
                else { break }
                kept.remove(at: next)
            }
        }
        return spread(kept, x: x, width: width)
    }

    private static func needed(_ columns: [TableColumn]) -> Int {
        columns.reduce(0) { $0 + $1.minimum + $1.gap }
    }

    private static func spread(_ columns: [TableColumn], x: Int, width: Int) -> [Placed] {
        var widths = columns.map(\.minimum)
        var free = max(0, width - needed(columns))
        for (index, column) in columns.enumerated() {
            guard case .upTo(let min, let max) = column.width else { continue }
            let taken = Swift.min(free, max - min)
            widths[index] += taken
            free -= taken
        }
        if let rest = columns.firstIndex(where: { if case .rest = $0.width { true } else { false } }) {
            let spare = max(0, free - max(0, TableColumn.comfortable - widths[rest]))
            if let trend = columns.firstIndex(where: { if case .trend = $0.width { true } else { false } }) {
                let taken = min(spare, max(0, TableColumn.longestTrend - widths[trend]))
                widths[trend] += taken
                free -= taken
            }
            widths[rest] += free
        }
        var left = x
        return columns.indices.compactMap { index in
            left += columns[index].gap
            let shown = min(widths[index], x + width - left)
            defer { left += widths[index] }
            return shown > 0 ? Placed(column: columns[index], x: left, width: shown) : nil
        }
    }
}
