/// The newest `capacity` elements in arrival order; the oldest leaves when a new one finds the ring full.
package struct Ring<Element: Sendable>: Sendable {
    private var storage: [Element] = []
    private var start = 0
    /// How many elements are kept at most; at least one.
    package let capacity: Int

    /// An empty ring that keeps `capacity` elements.
    package init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// How many elements are kept now.
    package var count: Int { storage.count }
    /// Whether nothing was added yet.
    package var isEmpty: Bool { storage.isEmpty }
    /// The oldest element.
    package var first: Element? { isEmpty ? nil : self[0] }
    /// The newest element.
    package var last: Element? { isEmpty ? nil : self[count - 1] }

    /// Adds the newest element.
    package mutating func append(_ element: Element) {
        if storage.count < capacity {
            storage.append(element)
        } else {
            storage[start] = element
            start = (start + 1) % capacity
        }
    }

    /// The element at a position counted from the oldest.
    package subscript(position: Int) -> Element {
        get { storage[(start + position) % storage.count] }
        set { storage[(start + position) % storage.count] = newValue }
    }

    /// All elements, oldest first.
    package var elements: [Element] { (0..<count).map { self[$0] } }
}

extension Ring: Equatable where Element: Equatable {
    /// Equal when they hold the same elements in the same order.
    package static func == (a: Ring, b: Ring) -> Bool { a.elements == b.elements }
}
