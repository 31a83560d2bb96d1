/// Which elements of two lists have the same name: in two pictures of a cluster nearly always all, in the same order.
package struct NamedPairs {
    /// For each new element the position of the old one of its name; nil when all stand where they stood.
    private let moved: [Int?]?
    /// Positions of old elements that no new one has the name of.
    package let gone: [Int]

    /// Pairs the elements of two lists.
    package init<Old, New>(
        _ old: [Old], _ new: [New], oldName: (Old) -> String, newName: (New) -> String
    ) {
        let isSame = old.count == new.count && old.indices.allSatisfy { oldName(old[$0]) == newName(new[$0]) }
        guard !isSame else {
            moved = nil
            gone = []
            return
        }
        var before = Dictionary(
            old.enumerated().map { (oldName($0.element), $0.offset) }, uniquingKeysWith: { first, _ in first })
        moved = new.map { before.removeValue(forKey: newName($0)) }
        gone = before.values.sorted()
    }

    /// Pairs two lists of the same kind.
    package init<Element>(_ old: [Element], _ new: [Element], name: (Element) -> String) {
        self.init(old, new, oldName: name, newName: name)
    }

    /// Where the old element is that has the name of a new one; nil for none.
    package func old(_ new: Int) -> Int? { moved.map { $0[new] } ?? new }

    /// Whether all stand where they stood.
    package var isUnmoved: Bool { moved == nil }
}

extension Array {
    /// Whether both are the same storage, so that nothing in it can have changed; says no of equal copies.
    package func isIdentical(to other: [Element]) -> Bool {
        count == other.count
            && withUnsafeBufferPointer { own in
                other.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress }
            }
    }
}
