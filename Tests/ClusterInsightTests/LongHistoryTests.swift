import KafkaProtocol
import Testing

@testable import ClusterInsight

/// Courses over hours: means of minutes, bounded, kept over a restart.
@Suite struct LongHistoryTests {
    private func figures(_ rate: Double?, lag: Double? = nil) -> ClusterFigures {
        var figures = ClusterFigures()
        figures.messagesIn = Series(now: rate, trend: [999, rate, rate, rate, rate, rate, rate])
        figures.lag = Series(now: lag, trend: [lag])
        return figures
    }

    private func history(_ minutes: Range<Int64>, rate: (Int64) -> Double?) -> LongHistory {
        var history = LongHistory()
        history.observe(figures(rate(minutes.lowerBound)), at: minutes.lowerBound * 60_000)
        for minute in minutes {
            history.observe(figures(rate(minute)), at: minute * 60_000 + 59_000)
            history.observe(figures(rate(minute)), at: (minute + 1) * 60_000)
        }
        return history
    }

    @Test func aMinuteIsTheMeanOfItsSamples() {
        let history = history(100..<106) { Double($0) }
        #expect(history.course(of: .messagesIn, minutes: 6, means: 6) == [100, 101, 102, 103, 104, 105])
        #expect(history.course(of: .messagesIn, minutes: 6, means: 3) == [100.5, 102.5, 104.5])
        #expect(history.course(of: .messagesIn, minutes: 8, means: 8).prefix(3) == [nil, nil, 100])
        #expect(history.course(of: .messagesIn, minutes: 2, means: 4) == [104, 104, 105, 105])
        #expect(history.course(of: .lag, minutes: 6, means: 6) == [])
    }

    @Test func minutesThatNobodyLookedAtAreGaps() {
        var history = history(10..<12) { _ in 5 }
        history.observe(figures(7), at: 15 * 60_000 + 1)
        history.observe(figures(7), at: 16 * 60_000)
        #expect(history.course(of: .messagesIn, minutes: 6, means: 6) == [5, 5, 7, nil, nil, 7])
    }

    @Test func oldMinutesLeaveAndOthersStay() {
        let all = Int64(Limits.courseMinutes)
        let history = history(0..<all + 10) { Double($0) + 1 }
        let course = history.course(of: .messagesIn, minutes: Limits.courseMinutes, means: Limits.courseMinutes)
        #expect(course.first == 11 && course.last == Double(all + 10) && course.count == Limits.courseMinutes)
        let twice = history.course(of: .messagesIn, minutes: Limits.courseMinutes * 2, means: 2)
        #expect(twice[0] == nil && twice[1] != nil)
    }

    private func manyTopics(_ count: Int) -> ClusterFigures {
        var figures = ClusterFigures()
        for number in 0..<count {
            var topic = TopicFigures()
            topic.rate = 3
            topic.course = LevelMeter(of: [3])
            figures.topics["t\(number)"] = Shared(topic)
        }
        return figures
    }

    @Test func onlySoManyCoursesAreKeptAndFewerOnDisk() {
        var history = LongHistory()
        history.observe(manyTopics(Limits.courses + 50), at: 0)
        history.observe(manyTopics(Limits.courses + 50), at: 60_000)
        let known = (0..<Limits.courses + 50).count { number in
            !history.course(of: .topic("t\(number)"), minutes: 1, means: 1).isEmpty
        }
        #expect(known == Limits.courses)
        #expect(history.lines.count == Limits.keptCourses)
    }

    @Test func whatNothingComesIntoHasNoCourse() {
        var figures = manyTopics(1)
        var course = LevelMeter()
        course.observe(4, at: 0)
        course.observe(0, at: 10_000)
        figures.topics["t0"]?.rate = 0
        figures.topics["t0"]?.course = course
        var history = LongHistory()
        history.observe(figures, at: 120_000)
        history.observe(figures, at: 180_000)
        #expect(history.course(of: .topic("t0"), minutes: 1, means: 1).isEmpty)
    }

    @Test func aRestartGoesOnWithWhatWasKept() {
        let before = history(10..<13) { Double($0) * 100.26 }
        var engine = InsightEngine()
        engine.restore(
            LongHistory(lines: before.lines + ["nonsense", "topic\t\t3\t1", "in\tx\ty\t1"]), at: 20 * 60_000)
        var snapshot = ClusterSnapshot(at: 20 * 60_000)
        _ = engine.observe(snapshot)
        snapshot.at = 21 * 60_000
        let course = engine.observe(snapshot).figures.long.course(of: .messagesIn, minutes: 11, means: 11)
        #expect(course.prefix(3) == [1_002, 1_102, 1_203] && course[3...7].allSatisfy { $0 == nil })
        #expect(course.last == 0)
        var later = LongHistory()
        later.restore(before, at: 5 * 60_000)
        #expect(later.lines.isEmpty, "what lies in the future is of a clock that was wrong")
    }
}
