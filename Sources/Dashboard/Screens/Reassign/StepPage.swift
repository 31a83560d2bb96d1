import TerminalUI

/// What a step of the wizard says where that is a few rows: kept with the picture, as of very many partitions it takes
/// longer to work out than a frame may.
struct StepPage: Sendable {
    var columns: [TableColumn]
    var ids: [String]
    var rows: [TableRow]
    var header: [StyledText] = []
    var footer: [StyledText] = []
    var footerIndent: Int?

    /// Rows of one text each.
    init(_ rows: [(id: String, text: StyledText)], footer: [StyledText]) {
        columns = [TableColumn("text", title: "", width: .rest(min: 30), gap: 0)]
        ids = rows.map(\.id)
        self.rows = rows.map { TableRow(["text": $0.text]) }
        self.footer = footer
    }

    /// Rows of a table.
    init(_ columns: [TableColumn], _ rows: [(id: String, cells: [String: StyledText])], footer: [StyledText]) {
        self.columns = columns
        ids = rows.map(\.id)
        self.rows = rows.map { TableRow($0.cells) }
        self.footer = footer
    }

    /// The page of it.
    var page: ListPage {
        var page = ListPage(
            title: "", columns: columns, ids: ids, total: ids.count, sort: TableSort(column: "none"),
            row: { [rows] in rows[$0] })
        page.header = header
        page.footer = footer
        page.footerGap = 1
        page.footerIndent = footerIndent
        return page
    }
}
