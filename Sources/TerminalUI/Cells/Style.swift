/// How a cell is drawn: what it says and, where it lies on something (the selected row, a fresh row), on what.
package struct Style: Hashable, Sendable {
    /// Gives the letters their colour.
    package var role: Role
    /// Gives the background, and its own attributes (reverse in monochrome), when set.
    package var surface: Role?

    package init(_ role: Role, on surface: Role? = nil) {
        self.role = role
        self.surface = surface
    }

    package static let text = Style(.text)
    package static let muted = Style(.muted)

    /// The same letters lying on `surface`.
    package func on(_ surface: Role?) -> Style {
        Style(role, on: surface ?? self.surface)
    }
}
