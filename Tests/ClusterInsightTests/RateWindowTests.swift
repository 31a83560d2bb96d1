import KafkaProtocol
import Testing

@testable import ClusterInsight

/// Of a counter only what its rate needs is kept, and its past in half the room.
@Suite struct RateWindowTests {
    @Test func onlyTheSamplesOfAMeanAreKept() {
        var window = RateWindow()
        for second in 0...60 { _ = window.observe(Double(second * 100), at: Int64(second) * 1_000) }
        #expect(window.samples.map(\.at) == (50...60).map { Int64($0) * 1_000 })
        #expect(window.rate(now: 60_000) == 100)
        for survey in 1...5 { _ = window.observe(Double(10_000 * survey), at: 60_000 + Int64(survey) * 22_000) }
        #expect(window.samples.count == 2)
        #expect(window.rate(now: 170_000) == 10_000 / 22.0)
    }

    @Test func looksThatAreCloseTogetherDoNotPileUp() {
        var window = RateWindow()
        for look in 0...200 { _ = window.observe(Double(look), at: Int64(look) * 100) }
        #expect(window.samples.count == Limits.rateSamples)
        #expect(window.rate(now: 20_000) == 10)
    }

    @Test func whatWasSeenIsTold() {
        var window = RateWindow()
        #expect(window.observe(5, at: 1_000) == .nothing)
        #expect(window.observe(5, at: 1_000) == .nothing)
        #expect(window.observe(5, at: 2_000) == .stood)
        #expect(window.rate(now: 2_000) == 0)
        #expect(window.observe(9, at: 3_000) == .moved)
        #expect(window.rate(now: 3_000) == 2)
        #expect(window.observe(9, at: 4_000) == .moved)
        #expect(window.observe(1, at: 5_000) == .wentBack)
        #expect(window.rate(now: 5_000) == nil)
        #expect(window.firstAt == 5_000)
    }

    @Test func thePastIsExactEnoughForALag() {
        let start = RateWindow.Sample(at: 1_790_000_000_000, value: 9e15)
        var ring = SampleRing(start, capacity: Limits.trendSamples)
        for minute in 1...500 {
            ring.append(.init(at: start.at + Int64(minute) * 60_030, value: start.value + Double(minute) * 1e6))
        }
        #expect(ring.elements.count == Limits.trendSamples)
        for (sample, minute) in zip(ring.elements, (501 - Limits.trendSamples)...) {
            #expect(abs(sample.at - start.at - Int64(minute) * 60_030) <= 50)
            #expect(abs(sample.value - start.value - Double(minute) * 1e6) <= 32)
        }
        #expect(ring.lastAt == ring.elements.last?.at)
    }
}
