/// A value that many pictures of a cluster show, kept once: a picture takes over what did not change by a reference, however
/// large it is. Whoever changes it leaves the others with what they have; alone with it, it is changed where it is.
@dynamicMemberLookup
package struct Shared<Value: Sendable>: Sendable {
    /// Written to only while nobody else has it, which is why it may be sent.
    @usableFromInline final class Box: @unchecked Sendable {
        @usableFromInline @exclusivity(unchecked) var value: Value
        @inlinable init(_ value: Value) { self.value = value }
    }

    @usableFromInline var box: Box

    /// A value that may be shared.
    @inlinable package init(_ value: Value) { box = Box(value) }

    /// The value; setting it leaves those who share the one before with that.
    @inlinable package var value: Value {
        // Lent, not copied: a value of many parts costs as many references.
        _read { yield box.value }
        _modify {
            if !isKnownUniquelyReferenced(&box) { box = Box(box.value) }
            yield &box.value
        }
        set { box = Box(newValue) }
    }

    /// Whether both are the same value in the same place, which no comparing is needed for.
    @inlinable package func isIdentical(to other: Shared) -> Bool { box === other.box }

    // Inlined, a path known to the compiler is followed to its part; else the whole value is copied for it.
    @inlinable package subscript<Part>(dynamicMember path: KeyPath<Value, Part>) -> Part { box.value[keyPath: path] }

    @inlinable package subscript<Part>(dynamicMember path: WritableKeyPath<Value, Part>) -> Part {
        get { box.value[keyPath: path] }
        set { value[keyPath: path] = newValue }
    }
}

extension Shared: Equatable where Value: Equatable {
    package static func == (a: Shared, b: Shared) -> Bool { a.isIdentical(to: b) || a.value == b.value }
}
