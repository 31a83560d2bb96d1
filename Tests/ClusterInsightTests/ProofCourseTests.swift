import Testing

@testable import ClusterInsight

@Suite struct ProofCourseTests {
    private func course(ticks: Int, faultAt: Int? = nil) -> ProofCourse {
        var course = ProofCourse()
        var counts = ProofChecker.Counts()
        for tick in 0..<ticks {
            counts.sent += 10
            counts.read += 9
            course.tick(counts)
            if tick == faultAt { course.mark("K") }
        }
        return course
    }

    @Test(arguments: [1, 36, 37, 72, 73, 1_000]) func allIsKeptInFewSamples(_ ticks: Int) {
        let samples = course(ticks: ticks).samples
        #expect(samples.count <= ProofCourse.room && samples.count >= min(ticks, ProofCourse.room / 2))
        #expect(samples.reduce(0) { $0 + $1.sent } == 10 * ticks)
        #expect(samples.reduce(0) { $0 + $1.read } == 9 * ticks)
        #expect(samples.reduce(0) { $0 + $1.ticks } == ticks)
    }

    @Test func aFaultStaysAtItsTime() {
        let samples = course(ticks: 144, faultAt: 36).samples
        #expect(samples.firstIndex { $0.fault == "K" } == samples.count / 4)
        #expect(samples.count { $0.fault != nil } == 1)
    }
}
