import TerminalUI

/// Rows under headings, as wide as their widest cell.
struct Table {
    /// One column; numbers stand to the right.
    struct Column {
        var title: String
        var isNumber = false

        static func text(_ title: String) -> Column { Column(title: title) }
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    let columns: [Column]
    private(set) var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    init(_ columns: [Column], rows: [[String]]) {
        self.columns = columns
        for row in rows { add(row) }
    }

    mutating func add(_ row: [String]) { rows.append(row.map { Self.harmless($0) }) }

    /// The lines without spaces at their ends.
    var lines: [String] {
        let all = [columns.map(\.title)] + rows
        let widths = columns.indices.map { column in all.map { Self.width($0, column) }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (index, column) in columns.enumerated() where index < row.count {
                let padding = String(repeating: " ", count: widths[index] - Self.width(row, index))
                if index > 0 { line += "  " }
                line += column.isNumber ? padding + row[index] : row[index] + padding
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private static func width(_ row: [String], _ column: Int) -> Int {
        column < row.count ? TextWidth.of(row[column]) : 0
    }

    /// Text from a cluster must not be able to drive the terminal.
    static func harmless(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{fffd}" : $0 }))
    }
}
