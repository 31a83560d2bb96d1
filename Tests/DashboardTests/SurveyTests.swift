import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// What is asked for how often: everything the more rarely the more there is, what somebody looks at always.
@Suite struct SurveyTests {
    @Test func smallClustersAreReadWholeEachTime() {
        var clock = SurveyClock()
        #expect(clock.isDue(now: 0))
        clock.begin()
        clock.end(now: 0, items: 400)
        #expect(clock.pace == 800)
        #expect(!clock.isDue(now: 799))
        #expect(clock.isDue(now: 1_000))
    }

    @Test func theRestGrowsWithTheClusterUpToALimit() {
        var clock = SurveyClock()
        clock.end(now: 5_000, items: 10_000)
        #expect(!clock.isDue(now: 24_999))
        #expect(clock.isDue(now: 25_000))
        clock.end(now: 5_000, items: 1_000_000)
        #expect(clock.pace == SurveyClock.Pace.usual.longest)
        #expect(clock.isDue(now: 5_000 + SurveyClock.Pace.usual.longest))
    }

    @Test func troubleAndChangesDoNotWait() {
        var clock = SurveyClock()
        clock.end(now: 0, items: 10_000)
        #expect(!clock.isDue(now: 1_999, .inTrouble))
        #expect(clock.isDue(now: 2_000, .inTrouble))
        clock.hurry()
        #expect(clock.isDue(now: 1))
        clock.begin()
        #expect(!clock.isDue(now: 1))
        // What changes while a survey is under way asks for another one.
        clock.hurry()
        clock.end(now: 2, items: 10_000)
        #expect(clock.isDue(now: 3))
    }

    @Test func nobodyLookingMakesSurveysRareUntilSomebodyComesBackOrSomethingIsWrong() {
        var clock = SurveyClock()
        clock.end(now: 0, items: 10_000, .leftAlone)
        #expect(clock.pace == 60_000)
        #expect(!clock.isDue(now: 59_999, .leftAlone))
        #expect(clock.isDue(now: 60_000, .leftAlone))
        #expect(clock.isDue(now: 20_000))
        #expect(clock.isDue(now: 2_000, .inTrouble))
        clock.end(now: 0, items: 1_000_000, .leftAlone)
        #expect(clock.pace == SurveyClock.Pace.usual.longest * SurveyClock.leisure)
    }

    @Test func metadataIsAskedForEachSecondWhileABrokerIsAway() {
        var pace = SourcePace(interval: 10_000)
        #expect(pace.every(.metadata) == 10_000)
        pace.isInTrouble = true
        #expect(pace.every(.metadata) == 1_000)
        #expect(pace.every(.offsets) == 10_000)
        pace.interval = 500
        #expect(pace.every(.metadata) == 500)
    }

    @Test func aScreenLeftAloneAsksMoreRarely() {
        var pace = SourcePace(interval: 1_000)
        pace.isLeftAlone = true
        #expect(pace.every(.metadata) == SourcePace.leftAlone)
        #expect(pace.every(.offsets) == SourcePace.leftAlone)
        #expect(pace.every(.groups) == SourcePace.leftAlone)
        pace.isInTrouble = true
        #expect(pace.every(.metadata) == 1_000)
        #expect(pace.every(.offsets) == 1_000)
        pace.isInTrouble = false
        pace.interval = 30_000
        #expect(pace.every(.offsets) == 30_000)
        pace.interval = 0
        #expect(pace.every(.offsets) == 0)
    }

    @Test func aScreenIsLeftAloneUntilAKeyIsPressed() {
        var model = model(.topics, topics: 3)
        _ = Update.update(&model, .tick(DashboardLimits.leftAlone - 1))
        #expect(!View.frame(model).attention.isLeftAlone)
        _ = Update.update(&model, .tick(DashboardLimits.leftAlone))
        #expect(View.frame(model).attention.isLeftAlone)
        #expect(View.view(model).lines[0].contains("live 5s"))
        _ = Update.update(&model, .key(.down))
        #expect(!View.frame(model).attention.isLeftAlone)
        #expect(View.view(model).lines[0].contains("live 1s"))
    }

    @Test func sizesAreAskedForOftenWhileTheyAreTheProgressOfAMove() {
        var pace = SourcePace(interval: 1_000)
        #expect(pace.every(.logDirs) == 5_000)
        pace.isMoving = true
        #expect(pace.every(.logDirs) == 1_000)
        pace.topics = 500
        #expect(pace.every(.configs) == 15_000)
        pace.topics = 100_000
        #expect(pace.every(.configs) == SurveyClock.Pace.usual.longest)
        pace.isLeftAlone = true
        #expect(pace.every(.configs) == SurveyClock.Pace.usual.longest * SurveyClock.leisure)
    }

    /// Who did not answer makes only the part old that it would have told.
    @Test func anAnswerInPartIsAnAnswer() {
        var clock = SourceClock(.offsets)
        clock.end(now: 1_000, interval: 1_000, failure: nil)
        clock.end(now: 2_000, interval: 1_000, failure: "no answer from 2", silent: [2], isPartial: true)
        #expect(clock.shown.answeredAt == 2_000 && clock.shown.completeAt == 1_000)
        #expect(clock.shown.failure == "no answer from 2" && clock.shown.silent == [2])
        clock.end(now: 3_000, interval: 1_000, failure: "no answer from 1, 2")
        #expect(clock.shown.answeredAt == 2_000 && clock.shown.completeAt == 1_000)
        clock.end(now: 4_000, interval: 1_000, failure: nil)
        #expect(clock.shown.failure == nil && clock.shown.silent.isEmpty)
        #expect(clock.shown.answeredAt == 4_000 && clock.shown.completeAt == 4_000)
        clock.answeredInPart(now: 5_000)
        #expect(clock.shown.answeredAt == 5_000 && clock.shown.completeAt == 4_000)
        #expect(SourceTimes.survey(of: 40) < .seconds(3) && SourceTimes.survey(of: 100_000) == SourceTimes.survey)
    }

    /// A broker dies right after a refresh of ten seconds: where its leaders went is asked within the next one.
    @Test func troubleShortensAPauseThatHasBegun() {
        var pace = SourcePace(interval: 10_000)
        var clock = SourceClock(.metadata)
        #expect(begins(&clock, 5_000, pace.every(.metadata)))
        clock.end(now: 5_010, interval: pace.every(.metadata), failure: nil)
        #expect(!begins(&clock, 6_100, pace.every(.metadata)))
        pace.isInTrouble = true
        #expect(!begins(&clock, 5_900, pace.every(.metadata)))
        #expect(begins(&clock, 6_000, pace.every(.metadata)))
        clock.end(now: 6_020, interval: 1_000, failure: nil)
        #expect(!begins(&clock, 7_100, 10_000))
    }

    /// Once trouble is over sizes are asked for every five seconds again: they are not old for it after three.
    @Test func whatIsAskedLessOftenFromNowOnIsNotOld() {
        var pace = SourcePace(interval: 1_000)
        pace.isMoving = true
        var clock = SourceClock(.logDirs)
        #expect(begins(&clock, 1_000, pace.every(.logDirs)))
        clock.end(now: 1_010, interval: pace.every(.logDirs), failure: nil)
        pace.isMoving = false
        #expect(!begins(&clock, 2_100, pace.every(.logDirs)))
        #expect(!Staleness.isStale(at: 1_010, now: 5_900, interval: clock.shown.interval))
        #expect(begins(&clock, 6_000, pace.every(.logDirs)))
        // A pause that is cut short is not a promise that was broken.
        clock.end(now: 6_010, interval: 5_000, failure: nil)
        pace.isMoving = true
        #expect(begins(&clock, 7_300, pace.every(.logDirs)))
        #expect(clock.shown.interval == .milliseconds(1_000))
    }

    /// Nobody waits a quarter of a minute to see brokers of this machine come back.
    @Test func theBundledClusterIsTriedAgainSoon() {
        var (own, other) = (SourceClock(.metadata), SourceClock(.metadata))
        for _ in 0..<8 {
            own.end(now: 0, interval: 1_000, longest: SourceTimes.ownRetry, failure: "no answer")
            other.end(now: 0, interval: 1_000, failure: "no answer")
        }
        #expect(own.shown.nextTryAt == SourceTimes.ownRetry && other.shown.nextTryAt == SourceClock.longest)
    }

    @Test func whatIsHurriedDuringACallIsAskedOnceMore() {
        var clock = SourceClock(.offsets)
        #expect(begins(&clock, 1_000, 1_000))
        clock.hurry()
        #expect(!begins(&clock, 1_010, 1_000))
        clock.end(now: 1_020, interval: 1_000, failure: nil)
        #expect(begins(&clock, 1_021, 1_000))
        clock.end(now: 1_030, interval: 1_000, failure: "no answer")
        #expect(!begins(&clock, 2_029, 1_000))
        #expect(clock.shown.nextTryAt == 2_030)
        clock.hurry()
        #expect(begins(&clock, 1_031, 1_000))
    }

    private func begins(_ clock: inout SourceClock, _ now: Timestamp, _ interval: Int64) -> Bool {
        clock.begin(now: now, interval: interval)
    }

    @Test func refreshHurriesEverything() {
        var clock = SourceClock(.offsets)
        clock.survey.end(now: 0, items: 10_000)
        #expect(clock.shown.survey == .seconds(30))
        clock.hurry()
        #expect(clock.survey.isDue(now: 1))
    }

    private func model(_ place: Place, topics: Int) -> Model {
        var snapshot = ClusterSnapshot(at: 0)
        snapshot.topics = (100..<100 + topics).map { number in
            TopicSnapshot(
                name: "t\(number)",
                partitions: (0..<2).map { PartitionSnapshot(id: $0, leader: 1, replicas: [1], isr: [1]) })
        }
        snapshot.groups = (100..<100 + topics).map {
            GroupSnapshot(name: "g\($0)", state: "stable", committed: [TopicPartition("t\($0)", 0): 0])
        }
        var history = ClusterHistory()
        var model = Model(
            size: Size(width: 120, height: 20), now: 0,
            cluster: ClusterInfo(name: "test", isBundled: false), connection: .live, glyphs: .unicode)
        model.latest = ClusterReport(snapshot, figures: history.observe(snapshot))
        model.place = place
        return model
    }

    @Test func onlyWhatIsInViewIsAttended() {
        var model = model(.topics, topics: 300)
        let first = View.frame(model).attention
        #expect(first.groups.isEmpty)
        #expect(first.topics.contains("t100"))
        #expect(first.topics.count == 13)
        model.list.cursorID = "t250"
        let later = View.frame(model).attention
        #expect(later.topics.contains("t250") && !later.topics.contains("t100"))
        model.list.marks = ["t399"]
        #expect(View.frame(model).attention.topics.contains("t399"))
    }

    @Test func openedObjectsAreAttended() {
        #expect(View.frame(model(.topic("t120", .config), topics: 30)).attention == Attention(topics: ["t120"]))
        #expect(View.frame(model(.group("g101"), topics: 30)).attention == Attention(groups: ["g101"]))
        #expect(View.frame(model(.partitions, topics: 30)).attention.topics.contains("t100"))
        #expect(View.frame(model(.quorum, topics: 30)).attention == Attention())
        #expect(!View.frame(model(.groups, topics: 30)).attention.groups.isEmpty)
        #expect(!View.frame(model(.overview, topics: 30)).attention.groups.isEmpty)
    }

    @Test func attentionIsBounded() {
        let all = Attention(topics: Set((0..<5_000).map { "t\($0)" }), groups: ["g"])
        #expect(all.bounded.topics.count == DashboardLimits.attended)
        #expect(all.bounded.groups == ["g"])
    }
}
