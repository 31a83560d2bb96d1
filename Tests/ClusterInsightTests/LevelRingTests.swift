import Testing

@testable import ClusterInsight

/// Courses kept small.
@Suite struct LevelRingTests {
    @Test func levelsComeBackWithTheirGapsAndTheOldestLeaves() {
        var ring = LevelRing(capacity: 3)
        for level in [1, nil, 0.5, 12_345_678] as [Double?] { ring.append(level) }
        #expect(ring.elements == [nil, 0.5, 12_345_678])
    }

    @Test func aLevelOfThirteenDigitsKeepsSeven() throws {
        var ring = LevelRing(capacity: 1)
        ring.append(9_876_543_210_123)
        let level = try #require(ring.elements[0])
        #expect(abs(level / 9_876_543_210_123 - 1) < 1e-7)
    }

    @Test func unknownLevelsAreEqual() {
        var (a, b) = (LevelRing(capacity: 2), LevelRing(capacity: 2))
        a.append(nil)
        b.append(nil)
        #expect(a == b)
        b.append(0)
        #expect(a != b)
    }
}
