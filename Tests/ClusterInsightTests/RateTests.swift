import KafkaProtocol
import Testing

@testable import ClusterInsight

/// Rates, lag in time and the verdicts on groups.
@Suite struct RateTests {
    @Test func ratesAreMeansOfTenSeconds() {
        var meter = RateMeter()
        for second in 0...10 { meter.observe(Double(second * 100), at: Int64(second) * 1_000) }
        #expect(meter.rate(now: 10_000) == 100)
        #expect(meter.rate(now: 60_000) == nil)
        meter.observe(5, at: 11_000)
        #expect(meter.rate(now: 11_000) == nil)
    }

    @Test func lagInTimeIsInterpolated() {
        var meter = RateMeter()
        for second in 0...10 { meter.observe(Double(second * 100), at: Int64(second) * 1_000) }
        #expect(meter.time(ofPassing: 450, now: 10_000) == 4_500)
        #expect(meter.time(ofPassing: 1_000, now: 10_000) == nil)
        #expect(meter.time(ofPassing: -100, now: 10_000) == -1_000)
    }

    private func samples(_ pairs: [(Int64, Int64)]) -> [CommitSample] {
        pairs.enumerated().map {
            CommitSample(at: Int64($0.offset) * 10_000, committed: $0.element.0, lag: $0.element.1)
        }
    }

    @Test func verdictsFollowBurrow() {
        func status(_ pairs: [(Int64, Int64)], member: Bool = true) -> GroupStatus {
            GroupRules.status(samples: samples(pairs), lag: pairs.last?.1 ?? 0, seconds: nil, hasMember: member)
        }
        let growing = (0..<10).map { (Int64($0 * 10), Int64(2_000 + $0 * 50)) }
        #expect(status(growing) == .warn)
        #expect(status(growing.map { ($0.0, $0.1 - 1_990) }) == .ok)
        let standing = (0..<10).map { (Int64(7), Int64(2_000 + $0 * 50)) }
        #expect(status(standing) == .stall)
        #expect(status(standing, member: false) == .stop)
        #expect(status([(10, 5_000), (20, 5_000), (5, 5_000), (6, 5_000)]) == .rewind)
        #expect(status([(10, 3_000), (20, 0), (30, 3_000), (40, 3_100)]) == .ok)
        #expect(status([(10, 3_000)]) == .ok)
    }

    @Test func ringsForgetTheOldest() {
        var ring = Ring<Int>(capacity: 3)
        for number in 1...5 { ring.append(number) }
        #expect(ring.elements == [3, 4, 5])
        #expect(ring.first == 3)
        #expect(ring.last == 5)
    }
}
