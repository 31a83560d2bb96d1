/// One cell of the screen.
///
/// A wide character takes two cells: its own, and a continuation (`width` 0, no text) to the right of it. The
/// buffer keeps the pair together.
package struct Cell: Hashable, Sendable {
    /// A base scalar with its combining marks; blank in a continuation.
    package let character: Character
    package var style: Style
    /// Cells taken: 1, 2, or 0 for the right half of a wide character.
    package let width: Int8

    init(character: Character, style: Style, width: Int8) {
        self.character = character
        self.style = style
        self.width = width
    }

    /// An empty cell.
    package static func blank(_ style: Style = .text) -> Cell {
        Cell(character: " ", style: style, width: 1)
    }

    /// The right half of a wide character.
    static func continuation(_ style: Style) -> Cell {
        Cell(character: " ", style: style, width: 0)
    }
}
