import KafkaProtocol
import Testing

@testable import ClusterInsight

/// What a topic holds: counts, ranges, estimates, sizes, hours.
@Suite struct TopicAnalysisTests {
    private static let hour: Int64 = 3_600_000
    private static let now: Timestamp = 1_795_435_466_000

    private func mark(_ text: String) -> PayloadMark { PayloadMark(Array(text.utf8)) }

    @Test func nothingIsNothing() {
        let figures = TopicAnalysis(now: Self.now).figures
        #expect(figures.all.messages == 0 && figures.all.offsets == nil && figures.all.times == nil)
        #expect(figures.all.keys.sizes == nil && figures.all.keys.unique == 0 && figures.all.values.mean == nil)
        #expect(figures.partitions.isEmpty && figures.others == nil)
        #expect(figures.all.hours == [Int](repeating: 0, count: Limits.analysedHours))
    }

    @Test func partitionsAndAllOfThem() throws {
        var analysis = TopicAnalysis(now: Self.now)
        for number in 0..<1_000 {
            let partition = Int32(number % 2)
            analysis.take(
                partition: partition, offset: Offset(number / 2 + 10 * Int(partition)),
                timestamp: Self.now - Int64(number), key: number % 10 == 0 ? nil : mark("key-\(number % 100)"),
                value: number % 4 == 1 ? nil : mark(String(repeating: "v", count: 1 + number % 50)))
        }
        analysis.takeDamage(partition: 1)
        let figures = analysis.figures
        #expect(figures.all.messages == 1_000 && figures.all.damaged == 1)
        #expect(figures.all.offsets == 0...509 && figures.partitions[0]?.offsets == 0...499)
        #expect(figures.all.times == Self.now - 999...Self.now)
        #expect(figures.all.keys.nulls == 100 && figures.all.values.nulls == 250)
        #expect((87...93).contains(figures.all.keys.unique), "\(figures.all.keys.unique) of 90")
        let one = try #require(figures.partitions[1])
        #expect(one.messages == 500 && one.damaged == 1 && one.keys.nulls == 0 && one.values.nulls == 250)
        #expect((49...51).contains(one.keys.unique), "\(one.keys.unique) of 50")
        #expect(one.values.sizes == 2...50, "only the values that are there")
        let values = figures.all.values
        #expect(values.sizes == 1...50 && values.percentiles.count == PayloadFigures.shares.count)
        #expect(values.percentiles.last == 50 && (24...27).contains(values.percentiles[0]))
        #expect(try #require(values.mean) == Double(values.bytes) / 750)
    }

    @Test func messagesAreCountedByTheHour() {
        var analysis = TopicAnalysis(now: Self.now)
        func take(_ timestamp: Timestamp) {
            analysis.take(partition: 0, offset: 0, timestamp: timestamp, key: nil, value: nil)
        }
        for back in [0, 1, 1, Limits.analysedHours - 1, Limits.analysedHours, 9_999] {
            take(Self.now - Int64(back) * Self.hour)
        }
        take(Self.now + Self.hour)
        take(-1)
        take(.max)
        let all = analysis.figures.all
        #expect(analysis.figures.firstHour == Self.now / Self.hour * Self.hour - 335 * Self.hour)
        #expect(all.hours.last == 1 && all.hours.dropLast().last == 2 && all.hours.first == 1)
        #expect(all.hours.reduce(0, +) == 4 && all.earlier == 2 && all.later == 2 && all.messages == 9)
        #expect(all.times?.upperBound == .max, "what has no time counts in none of them")
    }

    /// Partitions beyond the bound have no figures of their own, and nothing of them is lost.
    @Test func manyPartitionsShareARow() {
        var analysis = TopicAnalysis(now: Self.now)
        for partition in 0..<Int32(Limits.analysedPartitions) + 3 {
            for offset in 0..<2 {
                analysis.take(
                    partition: partition, offset: Offset(offset), timestamp: Self.now, key: nil,
                    value: mark("\(partition)"))
            }
        }
        let figures = analysis.figures
        #expect(figures.partitions.count == Limits.analysedPartitions)
        #expect(figures.others?.messages == 6 && figures.others?.values.unique == 3)
        #expect(figures.all.messages == 2 * (Limits.analysedPartitions + 3))
    }
}

/// The estimate of different things.
@Suite struct HyperLogLogTests {
    private func seen(_ numbers: Range<Int>) -> HyperLogLog {
        var sketch = HyperLogLog()
        for number in numbers { sketch.add(hash: PayloadMark(Array("order-\(number)".utf8)).hash) }
        return sketch
    }

    @Test func noneAndOne() {
        #expect(HyperLogLog().estimate == 0)
        #expect(seen(0..<1).estimate == 1)
    }

    /// Within three standard errors, at small numbers, at those where other estimators are biased, and at large ones.
    @Test(arguments: [10, 100, 1_000, 4_096, 10_000, 20_000, 100_000, 500_000])
    func estimatesAreAsNearAsTheyClaim(_ count: Int) {
        let estimate = seen(0..<count).estimate
        let error = Double(abs(estimate - count)) / Double(count)
        #expect(error <= 3 * HyperLogLog.standardError, "\(estimate) of \(count)")
    }

    /// Over many draws the errors are of the size that is named: neither hoped for nor twice as large.
    @Test func theErrorThatIsNamedIsTheErrorThereIs() {
        let count = 20_000
        let draws = 24
        let squares = (0..<draws).map { draw -> Double in
            let estimate = seen(draw * count..<(draw + 1) * count).estimate
            let error = Double(estimate - count) / Double(count)
            return error * error
        }
        let error = (squares.reduce(0, +) / Double(draws)).squareRoot()
        #expect(error > HyperLogLog.standardError / 2 && error < HyperLogLog.standardError * 1.6, "\(error)")
    }

    @Test func theSameAgainChangesNothing() {
        var sketch = seen(0..<5_000)
        let before = sketch.estimate
        sketch.add(seen(0..<5_000))
        #expect(sketch.estimate == before)
        sketch.add(HyperLogLog())
        #expect(sketch.estimate == before)
        var empty = HyperLogLog()
        empty.add(sketch)
        #expect(empty.estimate == before)
    }

    @Test func twoAreOneOfBoth() {
        var sketch = seen(0..<6_000)
        sketch.add(seen(3_000..<9_000))
        #expect(sketch.estimate == seen(0..<9_000).estimate)
    }

    /// Full registers, which no honest number of things reaches, are a number too.
    @Test func everyHashIsANumber() {
        var sketch = HyperLogLog()
        for register in 0..<UInt64(4_096) { sketch.add(hash: register << 52) }
        #expect(sketch.estimate > 1 << 60)
        sketch.add(hash: .max)
        #expect(sketch.estimate > 0)
    }
}

/// What is kept of a key or value.
@Suite struct PayloadMarkTests {
    @Test func equalBytesHaveEqualMarksAndOthersHaveNot() {
        var hashes: Set<UInt64> = []
        for length in 0..<40 {
            let bytes = [UInt8](repeating: 0, count: length)
            #expect(PayloadMark(bytes) == PayloadMark(bytes) && PayloadMark(bytes).size == length)
            hashes.insert(PayloadMark(bytes).hash)
            for bit in 0..<length * 8 {
                var other = bytes
                other[bit / 8] ^= 1 << UInt8(bit % 8)
                hashes.insert(PayloadMark(other).hash)
            }
        }
        #expect(hashes.count == 40 + (0..<40).reduce(0) { $0 + $1 * 8 })
    }
}

/// Numbers by their magnitude.
@Suite struct HistogramTests {
    @Test(arguments: [0, 1, 63, 64, 65, 127, 128, 1_000, 1 << 20, 1 << 40, UInt64.max - 1, .max])
    func aNumberIsToldToWithinOneInSixty(_ number: UInt64) throws {
        var numbers = Histogram()
        numbers.add(number)
        numbers.add(.max)
        let told = try #require(numbers.quantile(0.5))
        #expect(told >= number && Double(told) <= Double(number) * (1 + 1 / 60.0))
        #expect(numbers.smallest == number && numbers.largest == .max)
    }

    @Test func itTakesAsMuchMemoryAsItsLargestNumberNeeds() {
        var small = Histogram()
        for number in 0..<64 { small.add(UInt64(number)) }
        for share in 1...64 { #expect(small.quantile(Double(share) / 64) == UInt64(share - 1)) }
        var both = small
        both.add(Histogram())
        #expect(both == small && Histogram().quantile(0.5) == nil)
    }
}
