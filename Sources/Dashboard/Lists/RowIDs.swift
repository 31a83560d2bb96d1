/// What the rows of a list are kept under, in their order. Each is worked out where it is looked at: a list may have very
/// many rows, and only those in view are ever drawn.
package struct RowIDs: RandomAccessCollection, ExpressibleByArrayLiteral {
    package let count: Int
    private let id: (Int) -> String
    private let find: (String) -> Int?

    /// Of rows that are known.
    package init(_ ids: [String]) {
        self.init(count: ids.count, id: { ids[$0] }, find: { ids.firstIndex(of: $0) })
    }

    /// Of rows that are worked out.
    ///
    /// - Parameters:
    ///   - id: what the row at a position is kept under.
    ///   - find: where a row stands, without looking at each.
    package init(count: Int, id: @escaping (Int) -> String, find: @escaping (String) -> Int?) {
        self.count = count
        self.id = id
        self.find = find
    }

    package init(arrayLiteral ids: String...) { self.init(ids) }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }
    package subscript(position: Int) -> String { id(position) }

    /// Where a row stands; nil where it is not in the list.
    package func firstIndex(of id: String) -> Int? { find(id) }
}

extension RowIDs: Equatable {
    package static func == (a: RowIDs, b: RowIDs) -> Bool { a.elementsEqual(b) }
}
