/// About how many different things were seen, whatever their number, in 4 KiB.
///
/// HyperLogLog (Flajolet and others, 2007) with the estimator of Ertl ("New cardinality estimation algorithms for
/// HyperLogLog sketches", 2017), which needs no corrections at small and large numbers. Two estimates of three are off by
/// less than `standardError`, nearly all by less than three times that.
package struct HyperLogLog: Sendable {
    /// Bits of a hash that choose a register.
    private static let bits = 12
    private static let count = 1 << bits
    /// Bits of a hash in which leading zeros are counted.
    private static let counted = UInt64.bitWidth - bits
    /// 1.04 / √4096, as a share of the number.
    package static let standardError = 0.01625

    /// The longest run of leading zeros, and one, of the hashes that chose each register; none before the first.
    private var registers: [UInt8] = []

    /// Nothing was seen.
    package init() {}

    /// Takes something by its hash, all bits of which must be equally likely.
    package mutating func add(hash: UInt64) {
        if registers.isEmpty { registers = [UInt8](repeating: 0, count: Self.count) }
        let register = Int(hash >> UInt64(Self.counted))
        let rest = hash << UInt64(Self.bits) | 1 << UInt64(Self.bits - 1)
        registers[register] = max(registers[register], UInt8(rest.leadingZeroBitCount + 1))
    }

    /// Takes what another one has seen; what both have seen counts once.
    package mutating func add(_ other: HyperLogLog) {
        guard !registers.isEmpty, !other.registers.isEmpty else {
            if registers.isEmpty { registers = other.registers }
            return
        }
        for index in registers.indices { registers[index] = max(registers[index], other.registers[index]) }
    }

    /// About how many different ones were seen.
    package var estimate: Int {
        guard !registers.isEmpty else { return 0 }
        var times = [Double](repeating: 0, count: Self.counted + 2)
        for register in registers { times[Int(register)] += 1 }
        let all = Double(Self.count)
        var sum = all * Self.tau(1 - times[Self.counted + 1] / all)
        for value in (1...Self.counted).reversed() { sum = (sum + times[value]) / 2 }
        sum += all * Self.sigma(times[0] / all)
        let limit = 0.721_347_520_444_481_7  // 1 / (2 ln 2)
        return Int(min((limit * all * all / sum).rounded(), 9e18))
    }

    /// Ertl's σ: what empty registers add.
    private static func sigma(_ share: Double) -> Double {
        guard share < 1 else { return .infinity }
        var (power, factor, sum) = (share, 1.0, share)
        while true {
            power *= power
            let before = sum
            sum += power * factor
            factor += factor
            if sum == before { return sum }
        }
    }

    /// Ertl's τ: what full registers take.
    private static func tau(_ share: Double) -> Double {
        guard share > 0, share < 1 else { return 0 }
        var (root, factor, sum) = (share, 1.0, 1 - share)
        while true {
            root = root.squareRoot()
            let before = sum
            factor /= 2
            sum -= (1 - root) * (1 - root) * factor
            if sum == before { return sum / 3 }
        }
    }
}
