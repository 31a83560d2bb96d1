/// How often whole numbers came, each told to within 1.6 %, in a bounded amount of memory: as much as the largest one
/// needs, 30 KiB at most.
package struct Histogram: Sendable, Equatable {
    /// Steps within each doubling; below it every number has its own.
    private static let steps = 64

    private var counts: [Int] = []
    /// How many came.
    package private(set) var count = 0
    /// The smallest that came; nil for none.
    package private(set) var smallest: UInt64?
    /// The largest that came; nil for none.
    package private(set) var largest: UInt64?

    /// Nothing came.
    package init() {}

    /// Takes a number.
    package mutating func add(_ number: UInt64) {
        let index = Self.index(number)
        reserve(index + 1)
        counts[index] += 1
        count += 1
        smallest = min(smallest ?? number, number)
        largest = max(largest ?? number, number)
    }

    /// Takes all that came to another one.
    package mutating func add(_ other: Histogram) {
        reserve(other.counts.count)
        for index in other.counts.indices { counts[index] += other.counts[index] }
        count += other.count
        smallest = [smallest, other.smallest].compactMap { $0 }.min()
        largest = [largest, other.largest].compactMap { $0 }.max()
    }

    /// The number that a share of all are not above, 0 to 1; nil when none came.
    package func quantile(_ share: Double) -> UInt64? {
        guard let largest else { return nil }
        let wanted = min(max(1, Int((Double(count) * share).rounded(.up))), count)
        var seen = 0
        for (index, count) in counts.enumerated() {
            seen += count
            if seen >= wanted { return min(Self.upperEnd(index), largest) }
        }
        return largest
    }

    private mutating func reserve(_ wanted: Int) {
        guard counts.count < wanted else { return }
        counts += [Int](repeating: 0, count: wanted - counts.count)
    }

    private static func index(_ number: UInt64) -> Int {
        guard number >= steps else { return Int(number) }
        let shift = UInt64.bitWidth - 1 - number.leadingZeroBitCount - 6
        return (shift + 1) * steps + Int(number >> UInt64(shift)) - steps
    }

    private static func upperEnd(_ index: Int) -> UInt64 {
        guard index >= steps else { return UInt64(index) }
        let shift = index / steps - 1
        // One below the next step, whose beginning may be 2⁶⁴.
        return (UInt64(steps + index % steps) << UInt64(shift)) + ((1 << UInt64(shift)) - 1)
    }
}
