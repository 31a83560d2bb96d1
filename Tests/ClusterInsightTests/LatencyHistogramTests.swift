import Testing

@testable import ClusterInsight

@Suite struct LatencyHistogramTests {
    @Test func nothingHasNoQuantiles() {
        let times = LatencyHistogram()
        #expect(times.quantile(0.5) == nil && times.longest == nil && times.count == 0)
    }

    @Test(arguments: [1, 63, 64, 65, 127, 128, 1_000, 12_345, 2_000_000, 3_600_000_000, 60_000_000_000])
    func aTimeIsToldToWithinOneInSixty(_ microseconds: Int) throws {
        var times = LatencyHistogram()
        times.add(.microseconds(microseconds))
        times.add(.seconds(60_000))
        let told = try #require(times.quantile(0.5)) / .microseconds(1)
        #expect(told >= Double(microseconds) && told <= Double(microseconds) * (1 + 1 / 60.0))
    }

    @Test func quantilesOfAThousand() throws {
        var times = LatencyHistogram()
        for milliseconds in (1...1_000).reversed() { times.add(.milliseconds(milliseconds)) }
        for (share, expected) in [(0.5, 500.0), (0.99, 990), (0, 1), (1, 1_000)] {
            let told = try #require(times.quantile(share)) / .milliseconds(1)
            #expect(told >= expected && told <= expected * 1.017, "\(share)")
        }
        #expect(times.longest == .milliseconds(1_000))
    }

    @Test func twoAddUp() {
        var one = LatencyHistogram()
        var other = LatencyHistogram()
        one.add(.milliseconds(1))
        for _ in 0..<3 { other.add(.seconds(2)) }
        one.add(other)
        #expect(one.count == 4 && one.quantile(1) == .seconds(2) && one.quantile(0.25)! < .milliseconds(2))
    }

    @Test func whatIsTooLongOrNegativeIsTakenAtTheEnds() {
        var times = LatencyHistogram()
        times.add(.seconds(10_000_000))
        times.add(.seconds(-1))
        #expect(times.quantile(0) == .zero && times.longest == .seconds(10_000_000))
    }
}
