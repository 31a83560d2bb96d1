import TerminalUI

/// What the person chose in one list: cursor, sort, filter, marks. The cursor stays on its object, not on its row.
package struct ListState: Sendable, Equatable {
    /// The object under the cursor; nil before anything was touched.
    package var cursorID: String?
    /// The row it was on, for when the object is gone.
    package var table = TableState()
    /// What was chosen to sort by; nil is the screen's own order.
    package var sort: TableSort?
    /// The filter as typed; empty shows all.
    package var filter = ""
    /// Marked objects.
    package var marks: Set<String> = []
    /// Where a range began.
    package var rangeStart: String?
    /// Whether only rows with a problem are shown.
    package var problemsOnly = false
    /// The broker under the cursor of a map, counted from 0; nil before anybody went there.
    package var cell: Int?
    /// Whether all columns are shown, to be scrolled.
    package var wide = false

    /// Nothing chosen yet.
    package init() {}
}
