/// A place on the screen in cells; (0, 0) is the top left corner.
package struct Point: Hashable, Sendable {
    package var x: Int
    package var y: Int

    package init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}

/// A size in cells; never negative.
package struct Size: Hashable, Sendable {
    package let width: Int
    package let height: Int

    package init(width: Int, height: Int) {
        self.width = max(0, width)
        self.height = max(0, height)
    }
}

/// A rectangle of cells. Width and height are never negative, so an area that shrank to nothing is empty and
/// drawing into it does nothing.
package struct Rect: Hashable, Sendable {
    package let x: Int
    package let y: Int
    package let width: Int
    package let height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = max(0, width)
        self.height = max(0, height)
    }

    /// The whole of a screen.
    package init(_ size: Size) {
        self.init(x: 0, y: 0, width: size.width, height: size.height)
    }

    /// The first column right of the rectangle.
    package var maxX: Int { x + width }
    /// The first row below the rectangle.
    package var maxY: Int { y + height }
    package var isEmpty: Bool { width == 0 || height == 0 }
    package var size: Size { Size(width: width, height: height) }

    package func contains(_ point: Point) -> Bool {
        point.x >= x && point.x < maxX && point.y >= y && point.y < maxY
    }

    /// The part both rectangles cover; empty when they do not touch.
    package func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(
            x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
    }

    /// The rectangle without `horizontal` columns on both sides and `vertical` rows above and below.
    package func inset(horizontal: Int = 0, vertical: Int = 0) -> Rect {
        Rect(x: x + horizontal, y: y + vertical, width: width - 2 * horizontal, height: height - 2 * vertical)
    }

    /// The inside of a box drawn on this rectangle.
    package var insideBox: Rect { inset(horizontal: 1, vertical: 1) }

    /// One row of the rectangle, counted from its top; empty when there is no such row.
    package func row(_ index: Int) -> Rect {
        let exists = index >= 0 && index < height
        return Rect(x: x, y: y + index, width: width, height: exists ? 1 : 0)
    }

    /// The first `count` rows and the rest below them.
    package func split(top count: Int) -> (top: Rect, rest: Rect) {
        let taken = min(max(0, count), height)
        return (
            Rect(x: x, y: y, width: width, height: taken),
            Rect(x: x, y: y + taken, width: width, height: height - taken)
        )
    }

    /// The last `count` rows and the rest above them.
    package func split(bottom count: Int) -> (rest: Rect, bottom: Rect) {
        let (rest, bottom) = split(top: height - min(max(0, count), height))
        return (rest, bottom)
    }

    /// The first `count` columns and the rest right of them, `gap` columns apart.
    package func split(left count: Int, gap: Int = 0) -> (left: Rect, rest: Rect) {
        let taken = min(max(0, count), width)
        let start = min(width, taken + max(0, gap))
        return (
            Rect(x: x, y: y, width: taken, height: height),
            Rect(x: x + start, y: y, width: width - start, height: height)
        )
    }

    /// `count` columns as equal as can be, `gap` apart; what cannot be shared out goes to the outer ones first.
    package func columns(_ count: Int, gap: Int = 0) -> [Rect] {
        guard count > 0 else { return [] }
        let available = max(0, width - gap * (count - 1))
        func edge(_ index: Int) -> Int { (2 * available * index + count) / (2 * count) }
        return (0..<count).map { index in
            Rect(
                x: x + edge(index) + gap * index, y: y, width: edge(index + 1) - edge(index), height: height)
        }
    }

    /// A rectangle of `size`, cut to this one and placed in its middle (left and up when it does not divide).
    package func centred(_ size: Size) -> Rect {
        let width = min(size.width, self.width)
        let height = min(size.height, self.height)
        return Rect(
            x: x + (self.width - width) / 2, y: y + (self.height - height) / 2, width: width, height: height)
    }
}
