/// A column of a table: fixed in width, so that nothing shifts when the data changes.
package struct TableColumn: Hashable, Sendable {
    /// How wide a column is.
    package enum Width: Hashable, Sendable {
        /// This many cells.
        case fixed(Int)
        /// What is left by the others, at least this many cells.
        case rest(min: Int)
        /// Takes what is left from the minimum up to the maximum, before the rest column does.
        case upTo(min: Int, max: Int)
        /// At least this many cells for the course of a number; on wide terminals more, once the rest column has
        /// `comfortable` cells, up to `longestTrend`.
        case trend(min: Int)
    }

    /// Cells of a name that leave room for others.
    static let comfortable = 40
    /// Samples of the longest trend.
    static let longestTrend = 24

    /// Names the column in sorting and settings.
    package let id: String
    package let title: String
    package let width: Width
    package let alignment: Alignment
    /// 1 goes first when the table is too narrow; nil never goes.
    package let dropOrder: Int?
    /// Blanks to the left of the column.
    package let gap: Int
    package let cut: Cut
    /// The role of the title when it is not that of columns: a broker that is down, for instance.
    package let titleRole: Role?

    package init(
        _ id: String, title: String? = nil, width: Width, alignment: Alignment = .left, dropOrder: Int? = nil,
        gap: Int = 1, cut: Cut = .end, titleRole: Role? = nil
    ) {
        self.id = id
        self.title = title ?? id
        self.width = width
        self.alignment = alignment
        self.dropOrder = dropOrder
        self.gap = gap
        self.cut = cut
        self.titleRole = titleRole
    }

    /// A name: the rest of the width, at least 20 cells, cut in the middle.
    package static func name(_ id: String, title: String? = nil, min: Int = 20, gap: Int = 0) -> TableColumn {
        TableColumn(id, title: title, width: .rest(min: min), gap: gap, cut: .middle)
    }

    /// A number: right-aligned.
    package static func number(
        _ id: String, title: String? = nil, width: Int, dropOrder: Int? = nil, gap: Int = 1
    ) -> TableColumn {
        TableColumn(id, title: title, width: .fixed(width), alignment: .right, dropOrder: dropOrder, gap: gap)
    }

    /// Words: left-aligned, cut at the end.
    package static func words(
        _ id: String, title: String? = nil, width: Int, dropOrder: Int? = nil, gap: Int = 1
    ) -> TableColumn {
        TableColumn(id, title: title, width: .fixed(width), dropOrder: dropOrder, gap: gap)
    }

    /// The course of a number, drawn from the samples of the row: as many as the column has cells.
    package static func trend(width: Int = 8, dropOrder: Int? = nil) -> TableColumn {
        TableColumn("trend", title: "TREND", width: .trend(min: width), dropOrder: dropOrder)
    }

    var minimum: Int {
        switch width {
        case .fixed(let cells), .trend(let cells): cells
        case .rest(let min), .upTo(let min, _): min
        }
    }
}

/// What a table is sorted by.
package struct TableSort: Hashable, Sendable {
    package var column: String
    package var descending: Bool

    package init(column: String, descending: Bool = false) {
        self.column = column
        self.descending = descending
    }

    /// Sorting by another column, or the other way round when it is this one already.
    package func choosing(_ column: String, descending: Bool = false) -> TableSort {
        column == self.column
            ? TableSort(column: column, descending: !self.descending)
            : TableSort(column: column, descending: descending)
    }
}
