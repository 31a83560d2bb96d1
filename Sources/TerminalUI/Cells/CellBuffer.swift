/// The picture of one frame: a grid of cells, drawn by the views and shown by the terminal.
///
/// Equatable, so that a test compares frames and the display sends only what changed. Drawing outside the grid is
/// cut off, never an error.
package struct CellBuffer: Equatable, Sendable {
    package let size: Size
    /// The signs this terminal can show; the drawing helpers take theirs from here.
    package let glyphs: GlyphSet
    /// Where the terminal's own cursor stands, in a prompt or field; hidden when nil.
    package var cursor: Point?
    private var cells: [Cell]
    /// Where drawing is allowed, see `clipped(to:_:)`.
    private var clip: Rect

    /// A blank frame.
    package init(size: Size, glyphs: GlyphSet = .unicode) {
        self.size = size
        self.glyphs = glyphs
        cells = Array(repeating: .blank(), count: size.width * size.height)
        clip = Rect(size)
    }

    package var bounds: Rect { Rect(size) }

    /// The cell at a place; blank outside the grid.
    package subscript(x: Int, y: Int) -> Cell {
        guard x >= 0, x < size.width, y >= 0, y < size.height else { return .blank() }
        return cells[y * size.width + x]
    }

    /// Runs `draw` with drawing limited to `area`.
    package mutating func clipped(to area: Rect, _ draw: (inout CellBuffer) -> Void) {
        let outer = clip
        clip = outer.intersection(area)
        draw(&self)
        clip = outer
    }

    /// Puts one character at a place; a wide one that does not fit whole becomes a blank.
    package mutating func put(_ cluster: Cluster, x: Int, y: Int, style: Style) {
        guard y >= clip.y, y < clip.maxY else { return }
        if cluster.width == 2 {
            let leftFits = x >= clip.x && x < clip.maxX
            let rightFits = x + 1 >= clip.x && x + 1 < clip.maxX
            guard leftFits, rightFits else {
                if leftFits { set(.blank(style), x: x, y: y) }
                if rightFits { set(.blank(style), x: x + 1, y: y) }
                return
            }
            set(Cell(character: cluster.character, style: style, width: 2), x: x, y: y)
            setRightHalf(style, x: x + 1, y: y)
        } else if x >= clip.x, x < clip.maxX {
            set(Cell(character: cluster.character, style: style, width: 1), x: x, y: y)
        }
    }

    /// Fills an area with one character of width 1.
    package mutating func fill(_ area: Rect, with character: Character = " ", style: Style = .text) {
        let target = area.intersection(clip)
        let cluster = Cluster(character: character, width: 1)
        for y in target.y..<target.maxY {
            for x in target.x..<target.maxX {
                put(cluster, x: x, y: y, style: style)
            }
        }
    }

    /// Lays what is already drawn in an area on a surface, the selected row for instance.
    package mutating func lay(_ area: Rect, on surface: Role) {
        let target = area.intersection(clip)
        for y in target.y..<target.maxY {
            for x in target.x..<target.maxX {
                let index = y * size.width + x
                cells[index].style = cells[index].style.on(surface)
            }
        }
    }

    /// The frame as text, one string per row, each exactly `size.width` cells wide: what golden tests compare.
    package var lines: [String] {
        (0..<size.height).map { y in
            var line = ""
            for x in 0..<size.width where self[x, y].width > 0 {
                line.append(self[x, y].character)
            }
            return line
        }
    }

    /// One row's styles as runs, for tests of roles (`4-9 health.bad on selection`). Blanks in plain text
    /// are left out.
    package func styleRuns(row y: Int) -> [StyleRun] {
        var runs: [StyleRun] = []
        for x in 0..<size.width {
            let cell = self[x, y]
            if cell.style == .text, cell.character == " " { continue }
            if let last = runs.last, last.style == cell.style, last.columns.upperBound == x {
                runs[runs.count - 1] = StyleRun(columns: last.columns.lowerBound..<(x + 1), style: cell.style)
            } else {
                runs.append(StyleRun(columns: x..<(x + 1), style: cell.style))
            }
        }
        return runs
    }

    private mutating func set(_ cell: Cell, x: Int, y: Int) {
        breakPair(x: x, y: y)
        cells[y * size.width + x] = cell
    }

    private mutating func setRightHalf(_ style: Style, x: Int, y: Int) {
        let index = y * size.width + x
        if cells[index].width == 2, x + 1 < size.width {
            cells[index + 1] = .blank(cells[index + 1].style)
        }
        cells[index] = .continuation(style)
    }

    /// Blanks the other half of a wide character that is about to lose one half.
    private mutating func breakPair(x: Int, y: Int) {
        let index = y * size.width + x
        if cells[index].width == 0, x > 0 {
            cells[index - 1] = .blank(cells[index - 1].style)
        } else if cells[index].width == 2, x + 1 < size.width {
            cells[index + 1] = .blank(cells[index + 1].style)
        }
    }
}

/// Neighbouring cells of one row with one style.
package struct StyleRun: Equatable, Sendable, CustomStringConvertible {
    package let columns: Range<Int>
    package let style: Style

    package var description: String {
        let place =
            columns.count == 1 ? "\(columns.lowerBound)" : "\(columns.lowerBound)-\(columns.upperBound - 1)"
        let surface = style.surface.map { " on \($0.rawValue)" } ?? ""
        return "\(place) \(style.role.rawValue)\(surface)"
    }
}
