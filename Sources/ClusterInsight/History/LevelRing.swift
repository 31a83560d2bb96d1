/// The newest levels of a course, nil where one is unknown. Kept as numbers of half the size, since there is one ring for
/// each partition that moves and each that a group reads, and a course is looked at, not reckoned with: seven digits.
struct LevelRing: Sendable, Equatable {
    private var ring: Ring<Float>

    /// An empty ring that keeps `capacity` levels.
    init(capacity: Int) { ring = Ring(capacity: capacity) }

    /// Adds the newest level.
    mutating func append(_ level: Double?) { ring.append(level.map { Float($0) } ?? .nan) }

    /// All levels, oldest first.
    var elements: [Double?] { ring.elements.map { $0.isNaN ? nil : Double($0) } }

    /// Equal when they hold the same levels in the same order, unknown ones included.
    static func == (a: LevelRing, b: LevelRing) -> Bool { a.elements == b.elements }
}
