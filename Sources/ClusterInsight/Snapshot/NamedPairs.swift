/// Which elements of two lists have the same name: in two pictures of a cluster nearly always all, in the same order.
package struct NamedPairs {
    /// For each new element the position of the old one of its name; nil when all stand where they stood.
    private let moved: [Int?]?
    /// Positions of old elements that no new one has the name of.
    package let gone: [Int]
    /// Positions of new elements that may differ from the old one of their name: all others are the very same.
    package let changed: [Int]

    /// Pairs the elements of two lists.
    package init<Old, New>(
        _ old: [Old], _ new: [New], oldName: (Old) -> String, newName: (New) -> String
    ) {
        let isSame = old.count == new.count && old.indices.allSatisfy { oldName(old[$0]) == newName(new[$0]) }
        changed = Array(new.indices)
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

    /// Pairs what two pictures show, of which nearly all is shared.
    package init<Part: NamedPart>(_ old: [Part], _ new: [Part]) {
        let different = old.count == new.count ? Self.places(of: new, differingFrom: old) : []
        guard old.count == new.count, different.allSatisfy({ old[$0].name == new[$0].name }) else {
            self.init(old, new, oldName: \.name, newName: \.name)
            return
        }
        self.init(unmovedBut: different)
    }

    /// Where two lists of the same length do not hold the very same.
    private static func places<Part: NamedPart>(of new: [Part], differingFrom old: [Part]) -> [Int] {
        guard !new.isIdentical(to: old) else { return [] }
        // Lent, not copied: it is asked of everything for every picture.
        return new.withUnsafeBufferPointer { new in
            old.withUnsafeBufferPointer { old in new.indices.filter { !new[$0].isIdentical(to: old[$0]) } }
        }
    }

    private init(unmovedBut changed: [Int]) {
        moved = nil
        gone = []
        self.changed = changed
    }

    /// Where the old element is that has the name of a new one; nil for none.
    package func old(_ new: Int) -> Int? { moved.map { $0[new] } ?? new }

    /// Whether all stand where they stood.
    package var isUnmoved: Bool { moved == nil }
}

/// A part of a picture that has a name, and that pictures share as long as it stays as it is.
package protocol NamedPart {
    /// What it is found by.
    var name: String { get }
    /// Whether both are one, so that nothing in it can differ; says no of equal copies.
    func isIdentical(to other: Self) -> Bool
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
